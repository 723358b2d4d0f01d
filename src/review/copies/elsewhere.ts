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

/** The error where the engine has a copy of which nothing is known here. */
export function madeByAnother(): CordonError {
  return new CordonError(
    'conflict',
    l10n.t(
      'The engine has a copy of the folder for this workspace that another installation of VS Code made, with what the workspace has written. Use it there, or make another workspace.',
    ),
  );
}
