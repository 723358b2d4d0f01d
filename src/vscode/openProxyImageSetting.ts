import * as vscode from 'vscode';

/** Opens the setting that names the image of the proxies. */
export function openProxyImageSetting(): Thenable<unknown> {
  return vscode.commands.executeCommand('workbench.action.openSettings', 'cordon.proxyImage');
}
