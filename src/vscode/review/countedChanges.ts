import * as vscode from 'vscode';

/** How many changes there are, to be put into a sentence. */
export function countedChanges(count: number): string {
  return count === 1 ? vscode.l10n.t('1 change') : vscode.l10n.t('{0} changes', count);
}
