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
    adopted > 0 && vscode.l10n.t('Brought back from their containers: {0}.', adopted),
    finished > 0 && vscode.l10n.t('Interrupted operations that were finished or undone: {0}.', finished),
    removed > 0 && vscode.l10n.t('Removed what was left of deleted workspaces: {0}.', removed),
    failed > 0 && vscode.l10n.t('Not put right, as the log says: {0}.', failed),
  ].filter((sentence) => sentence !== false);
  return [
    vscode.l10n.t('Workspaces that are synchronized with the engine: {0}.', workspaces),
    ...(found.length > 0 ? found : [vscode.l10n.t('Nothing had to be put right.')]),
  ].join(' ');
}
