import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';

/** The error of whatever needs a container that runs. */
export function notRunning(name: string): CordonError {
  return new CordonError('notRunning', l10n.t('The workspace "{0}" does not run. Start it first.', name));
}
