import * as vscode from 'vscode';
import { confirm } from './confirm.ts';

const section = 'terminal.integrated';
const key = 'allowInUntrustedWorkspace';

/** Whether VS Code opens terminals in this window. */
export function areTerminalsAllowed(): boolean {
  return vscode.workspace.isTrusted || vscode.workspace.getConfiguration(section).get<unknown>(key) === true;
}

/**
 * In Restricted Mode VS Code opens no terminal, not even one that runs elsewhere, unless the folder is trusted or a
 * setting allows it. Nobody shall trust a folder for the sake of its container: offers the setting. False when refused.
 */
export async function allowTerminals(): Promise<boolean> {
  if (areTerminalsAllowed()) return true;
  const question = vscode.l10n.t('Allow terminals in folders that you do not trust?');
  const why = vscode.l10n.t(
    'In Restricted Mode VS Code opens no terminal. Those of Cordon run in the container, so you need not trust the folder for them: this sets "{0}" in your settings. It allows terminals on this machine, too; none opens by itself.',
    `${section}.${key}`,
  );
  if (!(await confirm(question, [why], vscode.l10n.t('Allow Terminals')))) return false;
  await vscode.workspace.getConfiguration(section).update(key, true, vscode.ConfigurationTarget.Global);
  return areTerminalsAllowed();
}
