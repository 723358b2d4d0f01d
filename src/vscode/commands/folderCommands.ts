import * as vscode from 'vscode';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

type Dependencies = Readonly<{ targets: Pick<Targets, 'one'> }>;

/** Copies the id of a workspace, by which labels and the API know it. */
export function copyId({ targets }: Dependencies): Command {
  return async (...args) => {
    const workspace = await targets.one('copyId', args);
    if (!workspace) return;
    await vscode.env.clipboard.writeText(workspace.id);
    vscode.window.setStatusBarMessage(vscode.l10n.t('Copied the id of {0}.', workspace.name), 3000);
  };
}

/** Shows the folder of a workspace in the file manager. */
export function revealFolder({ targets }: Dependencies): Command {
  return async (...args) => {
    const workspace = await targets.one('revealFolder', args);
    if (workspace) await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.parse(workspace.folder));
  };
}

/** Opens the folder of a workspace in a new window. */
export function openFolder({ targets }: Dependencies): Command {
  return async (...args) => {
    const workspace = await targets.one('openFolder', args);
    if (!workspace) return;
    const folder = vscode.Uri.parse(workspace.folder);
    await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: true });
  };
}
