import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { detailsHtml } from './detailsHtml.ts';

/** Where the page's own script and style sheet are, and nothing else. */
const pageFolder = ['dist', 'details'] as const;

/** Loads the page of a workspace's details into an editor, which may read its own script and style sheet only. */
export function loadDetailsPage(
  panel: vscode.WebviewPanel,
  extensionUri: vscode.Uri,
  workspaceId: string,
): void {
  const { webview } = panel;
  const pageUri = vscode.Uri.joinPath(extensionUri, ...pageFolder);
  const media = (file: string) => vscode.Uri.joinPath(extensionUri, 'media', file);
  const inPage = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(pageUri, file)).toString();
  panel.iconPath = { light: media('cordon-light.svg'), dark: media('cordon.svg') };
  webview.options = { enableScripts: true, enableForms: false, localResourceRoots: [pageUri] };
  webview.html = detailsHtml({
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('hex'),
    scriptUri: inPage('page.js'),
    styleUri: inPage('page.css'),
    workspaceId,
    language: vscode.env.language,
  });
}
