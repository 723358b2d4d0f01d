import * as l10n from '@vscode/l10n';
import { CordonError } from '../../shared/errors.ts';

/** What a workspace has written is to be replaced by what its mirror holds, and that is not all of it. */
export function wouldBeLost(count: number): CordonError {
  return new CordonError(
    'conflict',
    l10n.t(
      'This would lose {0} of the entries that the workspace has written: this machine cannot hold them, as it cannot where a name is too long. Have the workspace rename or remove them, or discard all changes.',
      count,
    ),
  );
}
