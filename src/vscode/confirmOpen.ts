import * as vscode from 'vscode';
import { confirm } from './confirm.ts';

/** Asks before a workspace gets a network that reaches everything; `yes` is the button of it. */
export async function confirmOpen(name: string, yes: string): Promise<boolean> {
  const why = vscode.l10n.t(
    'With the network "open" whatever runs in the workspace can send anything that it can read to anybody.',
  );
  return await confirm(vscode.l10n.t('Let {0} reach everything?', name), [why], yes);
}
