import * as vscode from 'vscode';

/** Asks a question that keeps everything else from being done, with one button for yes; `detail` has a paragraph each. */
export async function confirm(question: string, detail: readonly string[], button: string): Promise<boolean> {
  const options = { modal: true, detail: detail.join('\n\n') };
  return (await vscode.window.showWarningMessage(question, options, button)) === button;
}
