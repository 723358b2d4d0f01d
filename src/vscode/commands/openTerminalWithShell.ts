import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { allowTerminals } from '../allowTerminals.ts';
import { workspaceTerminal, type TerminalDependencies } from '../workspaceTerminal.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

interface Dependencies extends TerminalDependencies {
  readonly service: TerminalDependencies['service'] & Pick<WorkspaceService, 'shells'>;
  readonly targets: Pick<Targets, 'one'>;
}

/** Opens a terminal with a shell that the person chooses out of those that the image has. */
export function openTerminalWithShell(dependencies: Dependencies): Command {
  return async (...args) => {
    const workspace = await dependencies.targets.one('openTerminalWithShell', args);
    if (!workspace || !(await allowTerminals())) return;
    const shells = await dependencies.service.shells(workspace.id);
    const picked = await vscode.window.showQuickPick(
      shells.map((shell) => ({
        label: posix.basename(shell),
        description: shell,
        iconPath: new vscode.ThemeIcon('terminal'),
      })),
      {
        title: vscode.l10n.t('Terminal in {0}', workspace.name),
        placeHolder:
          shells.length > 0
            ? vscode.l10n.t('Choose a shell of the image')
            : vscode.l10n.t('The image has no shell'),
      },
    );
    if (!picked) return;
    const options = workspaceTerminal(workspace, dependencies, { shell: picked.description });
    vscode.window.createTerminal(options).show();
  };
}
