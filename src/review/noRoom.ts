import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';

/** A disk is full. */
export function noRoom(cause: unknown): CordonError {
  return new CordonError(
    'storageFailed',
    l10n.t(
      'There is no room left on the disk of the folder, or on that of Cordon’s storage, so this was not done. Free space and try again.',
    ),
    cause,
  );
}
