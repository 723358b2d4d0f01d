import * as vscode from 'vscode';
import { CordonError } from '../../shared/errors.ts';
import type { Reconciliation } from '../../workspaces/agreement.ts';
import type { Reconciled } from '../../workspaces/recovery.ts';
import type { Command } from './command.ts';

/** Makes records and engine agree once more, and says what was put right. */
export function reconcileWithEngine({
  reconcile,
}: {
  readonly reconcile: () => Promise<Reconciliation>;
}): Command {
  return async () => {
    const { result, error } = await vscode.window.withProgress(
      { location: { viewId: 'cordon.workspaces' } },
      () => reconcile(),
    );
    if (error) throw new CordonError(error.code, error.message);
    void vscode.window.showInformationMessage(sentenceOf(result));
  };
}

function sentenceOf({ workspaces, adopted, finished, removed, failed }: Reconciled): string {
  const found = [
    adopted > 0 && vscode.l10n.t('{0} brought back from their containers.', adopted),
    finished > 0 && vscode.l10n.t('{0} interrupted operations finished or undone.', finished),
    removed > 0 && vscode.l10n.t('Removed what was left of {0} workspaces that are gone.', removed),
    failed > 0 && vscode.l10n.t('{0} could not be put right; see the log.', failed),
  ].filter((sentence) => sentence !== false);
  return [
    vscode.l10n.t('{0} workspaces are synchronized with the engine.', workspaces),
    ...(found.length > 0 ? found : [vscode.l10n.t('Nothing had to be put right.')]),
  ].join(' ');
}
