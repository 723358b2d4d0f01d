import * as vscode from 'vscode';
import type { PanicOutcome } from '../../workspaces/panic.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { withoutLinks } from '../inertText.ts';
import type { Command } from './command.ts';

/** Freezes every workspace at once, without a question, and says what became of each. */
export function panic({ service }: { readonly service: Pick<WorkspaceService, 'panic'> }): Command {
  return async () => {
    const outcomes = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t('Freezing all workspaces'),
      },
      () => service.panic(),
    );
    tell(outcomes);
  };
}

function tell(outcomes: readonly PanicOutcome[]): void {
  if (outcomes.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Panic: no workspace was running.'));
    return;
  }
  const count = (result: PanicOutcome['result']) =>
    outcomes.filter((outcome) => outcome.result === result).length;
  const [stopped, waiting, failed] = [count('stopped'), count('waiting'), count('failed')];
  const sentences = [
    vscode.l10n.t('Panic: {0} of {1} workspaces frozen, networks cut.', count('frozen'), outcomes.length),
    ...(stopped > 0 ? [vscode.l10n.t('Stopped: {0}.', stopped)] : []),
    ...(waiting > 0 ? [vscode.l10n.t('Frozen as soon as the container engine is back: {0}.', waiting)] : []),
    ...(failed > 0 ? [vscode.l10n.t('{0} could not be frozen and may run on.', failed)] : []),
    vscode.l10n.t('Containers and files are kept.'),
    ...outcomes.flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name}: ${problem}`])),
  ];
  const message = withoutLinks(sentences.join(' '));
  const buttons = {
    [vscode.l10n.t('Release…')]: 'cordon.releaseWorkspaces',
    [vscode.l10n.t('Show Log')]: 'cordon.showLog',
  };
  const shown =
    failed > 0 || waiting > 0
      ? vscode.window.showErrorMessage(message, ...Object.keys(buttons))
      : vscode.window.showWarningMessage(message, ...Object.keys(buttons));
  void shown.then((button) => {
    const command = button === undefined ? undefined : buttons[button];
    if (command !== undefined) void vscode.commands.executeCommand(command);
  });
}
