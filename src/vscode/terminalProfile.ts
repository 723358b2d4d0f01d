import * as vscode from 'vscode';
import type { Disposable } from '../shared/disposable.ts';
import type { WorkspaceService } from '../workspaces/workspaceService.ts';
import type { OpenFolders } from './openFolders.ts';
import { showActions, whyNoTerminal } from './noTerminal.ts';
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
      const own = service.list().filter((workspace) => folders.has(workspace));
      const usable = mostActive(own.filter((workspace) => isPossible('openTerminal', workspace)));
      if (usable) return new vscode.TerminalProfile(workspaceTerminal(usable, dependencies));
      const unusable = mostActive(own);
      const offer = unusable
        ? {
            text: vscode.l10n.t(
              '{0} Press Enter to see what can be done, or close the terminal.',
              whyNoTerminal(unusable),
            ),
            run: showActions,
          }
        : {
            text: vscode.l10n.t(
              'The open folder has no workspace. Press Enter to create one, or close the terminal.',
            ),
            run: () => vscode.commands.executeCommand('cordon.createWorkspace'),
          };
      return new vscode.TerminalProfile(offering(offer, dependencies));
    },
  });
}

/** VS Code expects a terminal, so that what can be done without a workspace is offered inside one. */
function offering(
  { text, run }: { readonly text: string; readonly run: () => Thenable<unknown> },
  { log }: TerminalDependencies,
): vscode.ExtensionTerminalOptions {
  const terminal = new SessionTerminal(log);
  terminal.onOpen = () => {
    terminal.say(text);
    void terminal.waitForEnter().then((isWanted) => {
      if (terminal.isClosed) return;
      if (isWanted) void run();
      terminal.closeWith(0);
    });
  };
  return { name: vscode.l10n.t('Cordon'), pty: terminal, isTransient: true };
}
