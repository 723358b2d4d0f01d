import * as vscode from 'vscode';
import type { PortForwardInfo } from '../../workspaces/ports/portForwards.ts';

type Forwarded = Pick<PortForwardInfo, 'port' | 'localPort'>;

/** Opens what listens on a forwarded port in the person's browser, also where VS Code's window is on another machine. */
export async function openInBrowser(forwarded: Forwarded): Promise<void> {
  await vscode.env.openExternal(await vscode.env.asExternalUri(vscode.Uri.parse(addressOf(forwarded))));
}

/** Copies the address of a forwarded port. */
export async function copyAddress(forwarded: Forwarded): Promise<void> {
  const address = addressOf(forwarded);
  await vscode.env.clipboard.writeText(address);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Copied {0}.', address), 3000);
}

/** Nobody knows what is spoken on a port; on these it is rarely anything else. */
function addressOf({ port, localPort }: Forwarded): string {
  return `${port === 443 || port === 8443 ? 'https' : 'http'}://127.0.0.1:${localPort}`;
}
