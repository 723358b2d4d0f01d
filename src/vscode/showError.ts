import * as vscode from 'vscode';
import { hasCode } from '../shared/errors.ts';
import { errorSentence } from './errorSentence.ts';
import { withoutLinks } from './inertText.ts';

/** What a person can do about an error, as a button. */
export interface ErrorAction {
  readonly title: string;
  run(): unknown;
}

/** An error together with ways out that only its command knows. */
export class ErrorWithActions extends Error {
  readonly actions: readonly ErrorAction[];

  constructor(error: unknown, ...actions: readonly ErrorAction[]) {
    super(errorSentence(error), { cause: error });
    this.actions = actions;
  }
}

/** Shows an error once, with what can be done about it. Does not wait for the person. */
export function showError(error: unknown): void {
  const shown = error instanceof ErrorWithActions ? error.cause : error;
  const actions = [...(error instanceof ErrorWithActions ? error.actions : []), ...actionsFor(shown)];
  void vscode.window
    .showErrorMessage(withoutLinks(errorSentence(shown)), ...actions.map(({ title }) => title))
    .then((title) => actions.find((action) => action.title === title)?.run());
}

function actionsFor(error: unknown): ErrorAction[] {
  const command = (title: string, id: string): ErrorAction => ({
    title,
    run: () => vscode.commands.executeCommand(id),
  });
  const showLog = command(vscode.l10n.t('Show Log'), 'cordon.showLog');
  if (hasCode(error, 'engineUnavailable'))
    return [
      command(vscode.l10n.t('Try Again'), 'cordon.retryEngine'),
      command(vscode.l10n.t('Show Engines'), 'cordon.showEngines'),
      showLog,
    ];
  if (hasCode(error, 'engineUnsupported'))
    return [command(vscode.l10n.t('Show Engines'), 'cordon.showEngines'), showLog];
  return [showLog];
}
