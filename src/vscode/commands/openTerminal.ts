import * as vscode from 'vscode';
import { allowTerminals } from '../allowTerminals.ts';
import { workspaceTerminal, type TerminalDependencies } from '../workspaceTerminal.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

/** Opens a terminal inside a workspace. */
export function openTerminal(
  dependencies: TerminalDependencies & { readonly targets: Pick<Targets, 'one'> },
): Command {
  return async (...args) => {
    const workspace = await dependencies.targets.one('openTerminal', args);
    if (workspace && (await allowTerminals()))
      vscode.window.createTerminal(workspaceTerminal(workspace, dependencies)).show();
  };
}
