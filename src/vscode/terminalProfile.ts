import * as vscode from 'vscode';
import type { Disposable } from '../shared/disposable.ts';
import type { WorkspaceService } from '../workspaces/workspaceService.ts';
import type { OpenFolders } from './openFolders.ts';
import { allowTerminals } from './allowTerminals.ts';
import { SessionTerminal } from './sessionTerminal.ts';
import { mostActive } from './statusBar.ts';
import { isPossible } from './workspaceActions.ts';
import { workspaceTerminal, type TerminalDependencies } from './workspaceTerminal.ts';

/** Puts Cordon into the drop-down of terminals: a shell in the workspace of the open folder. */
export function registerTerminalProfile(
  dependencies: TerminalDependencies & {
    readonly service: Pick<WorkspaceService, 'list'>;
    readonly folders: Pick<OpenFolders, 'has'>;
  },
): Disposable {
  const { service, folders } = dependencies;
  return vscode.window.registerTerminalProfileProvider('cordon.terminal', {
    provideTerminalProfile: async () => {
      if (!(await allowTerminals())) return undefined;
      const usable = service
        .list()
        .filter((workspace) => folders.has(workspace) && isPossible('openTerminal', workspace));
      const workspace = mostActive(usable);
      return new vscode.TerminalProfile(
        workspace ? workspaceTerminal(workspace, dependencies) : withoutWorkspace(dependencies),
      );
    },
  });
}

/** VS Code expects a terminal, so the offer to create a workspace is made inside one. */
function withoutWorkspace({ log }: TerminalDependencies): vscode.ExtensionTerminalOptions {
  const terminal = new SessionTerminal(log);
  terminal.onOpen = () => {
    terminal.say(
      vscode.l10n.t('The open folder has no workspace. Press Enter to create one, or close the terminal.'),
    );
    void terminal.waitForEnter().then((isWanted) => {
      if (terminal.isClosed) return;
      if (isWanted) void vscode.commands.executeCommand('cordon.createWorkspace');
      terminal.closeWith(0);
    });
  };
  return { name: vscode.l10n.t('Cordon'), pty: terminal, isTransient: true };
}
