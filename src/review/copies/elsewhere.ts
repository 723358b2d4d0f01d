import * as l10n from '@vscode/l10n';
import { CordonError } from '../../shared/errors.ts';

/** The error where not this engine has the copy of a workspace. */
export function elsewhere(endpoint: string): CordonError {
  return new CordonError(
    'conflict',
    l10n.t(
      'What the workspace has written is kept by the engine at {0}. Choose that engine, or make another workspace.',
      endpoint,
    ),
  );
}
