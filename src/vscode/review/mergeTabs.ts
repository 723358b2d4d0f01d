import * as vscode from 'vscode';

/** The result of the merge editor that is shown, or the document of the editor that is. */
export function activeResult(): vscode.Uri | undefined {
  const { activeTab } = vscode.window.tabGroups.activeTabGroup;
  return (activeTab && resultIn(activeTab)) ?? vscode.window.activeTextEditor?.document.uri;
}

/** The merge editors with this result. */
export function tabsOf(result: vscode.Uri): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter((tab) => resultIn(tab)?.toString() === result.toString());
}

/** The result in a merge editor. VS Code tells of it, but has no public type for that. */
function resultIn({ input }: vscode.Tab): vscode.Uri | undefined {
  const isMerge = typeof input === 'object' && input !== null && 'result' in input;
  return isMerge && input.result instanceof vscode.Uri ? input.result : undefined;
}
