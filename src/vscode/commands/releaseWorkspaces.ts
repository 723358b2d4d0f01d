import * as vscode from 'vscode';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { withProgress } from '../progress.ts';
import { choose } from '../quickInput.ts';
import type { Command } from './command.ts';
import type { CommandArguments, Targets } from './targets.ts';

type Decision = 'release' | 'delete' | 'showSecurityLog' | 'keep';

interface ReleaseDependencies {
  readonly service: Pick<WorkspaceService, 'list' | 'release'>;
  readonly targets: Pick<Targets, 'one'>;
}

/** Asks for one frozen workspace after the other what is to become of it; nothing happens by default. */
export function releaseWorkspaces({ service, targets }: ReleaseDependencies): Command {
  return async (...args) => {
    for (let next: CommandArguments = args; ; next = []) {
      const named = await targets.one('releaseWorkspaces', next);
      // The view's title hands in whichever row has the focus.
      const workspace = named && !named.frozen ? await targets.one('releaseWorkspaces', []) : named;
      const decision = workspace?.frozen && (await decide(workspace));
      if (!workspace || decision === undefined) return;
      switch (decision) {
        case 'release':
          await withProgress(vscode.l10n.t('Releasing {0}', workspace.name), (options) =>
            service.release(workspace.id, options),
          );
          break;
        case 'delete':
          await vscode.commands.executeCommand('cordon.delete', workspace.id);
          break;
        case 'showSecurityLog':
          await vscode.commands.executeCommand('cordon.showSecurityLog', workspace.id);
          return;
        case 'keep':
          return;
      }
      if (!service.list().some(({ frozen }) => frozen)) return;
    }
  };
}

async function decide(workspace: Workspace): Promise<Decision | undefined> {
  const choice = (value: Decision, label: string, detail: string, icon: string) => ({
    value,
    label,
    detail,
    iconPath: new vscode.ThemeIcon(icon),
  });
  const answer = await choose<Decision>(
    { title: vscode.l10n.t('Release {0}', workspace.name) },
    {
      placeholder: vscode.l10n.t('It is frozen. What is to become of it?'),
      choices: [
        choice('keep', vscode.l10n.t('Keep Frozen'), vscode.l10n.t('Nothing changes.'), 'lock'),
        choice(
          'showSecurityLog',
          vscode.l10n.t('Show Security Log'),
          vscode.l10n.t('See what happened before you decide.'),
          'history',
        ),
        choice(
          'release',
          vscode.l10n.t('Resume'),
          vscode.l10n.t('Its network comes back, its isolation is checked, and its processes run on.'),
          'debug-continue',
        ),
        choice(
          'delete',
          vscode.l10n.t('Delete…'),
          vscode.l10n.t('Removes its container and network. The folder stays.'),
          'trash',
        ),
      ],
    },
  );
  return typeof answer === 'symbol' ? undefined : answer;
}
