import * as vscode from 'vscode';
import type { EngineSource } from '../../workspaces/containerEngine.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { actionIcons, actionTitle } from '../actionTitles.ts';
import type { CommandId } from '../commandIds.ts';
import type { OpenFolders } from '../openFolders.ts';
import { stateWord } from '../stateWords.ts';
import { withoutIcons } from '../inertText.ts';
import { isOffered } from '../isOffered.ts';
import { mostActive } from '../statusBar.ts';
import { shownStateOf, workspaceActions } from '../workspaceActions.ts';
import type { Command } from './command.ts';

interface Offer extends vscode.QuickPickItem {
  readonly command?: string;
  readonly argument?: string;
}

/** Offers what can be done now with the workspace of the open folder, and with Cordon. */
export function statusActions({
  service,
  engines,
  folders,
}: {
  readonly service: Pick<WorkspaceService, 'list'>;
  readonly engines: Pick<EngineSource, 'state'>;
  readonly folders: Pick<OpenFolders, 'has' | 'list'>;
}): Command {
  return async () => {
    const own = service.list().filter((workspace) => folders.has(workspace));
    const first = mostActive(own);
    const others = own.filter((workspace) => workspace !== first);
    const isEngineGone = engines.state.kind === 'unavailable';
    const picked = await vscode.window.showQuickPick<Offer>(
      [
        ...(isEngineGone ? engineOffers() : []),
        ...(first ? workspaceOffers(first) : []),
        ...others.flatMap(workspaceOffers),
        separator(vscode.l10n.t('Cordon')),
        ...(folders.list().length > 0
          ? [
              offer('add', vscode.l10n.t('Create Workspace'), 'cordon.createWorkspace'),
              offer(
                'settings',
                vscode.l10n.t('Create Workspace with Options…'),
                'cordon.createWorkspaceWithOptions',
              ),
            ]
          : []),
        ...(service.list().length > 0
          ? [offer('lock', vscode.l10n.t('Panic: Freeze All Workspaces'), 'cordon.panic')]
          : []),
        offer('list-tree', vscode.l10n.t('Show Workspaces'), 'cordon.workspaces.focus'),
        offer('output', vscode.l10n.t('Show Log'), 'cordon.showLog'),
        ...(isEngineGone
          ? []
          : [offer('server', vscode.l10n.t('Show Container Engines'), 'cordon.showEngines')]),
      ],
      { title: vscode.l10n.t('Cordon'), placeHolder: vscode.l10n.t('What do you want to do?') },
    );
    if (picked?.command) await vscode.commands.executeCommand(picked.command, picked.argument);
  };
}

function workspaceOffers(workspace: Workspace): Offer[] {
  const offered = workspaceActions.filter((action) => isOffered(action, workspace));
  return [
    separator(
      `${withoutIcons(workspace.name)} · ${stateWord(shownStateOf(workspace))} · ${workspace.profile}`,
    ),
    ...offered.map((action) => ({
      ...offer(actionIcons[action], actionTitle(action), `cordon.${action}`),
      argument: workspace.id,
    })),
  ];
}

function engineOffers(): Offer[] {
  return [
    separator(vscode.l10n.t('No container engine can be reached')),
    offer('refresh', vscode.l10n.t('Look for Container Engine Again'), 'cordon.retryEngine'),
    offer('server', vscode.l10n.t('Show Container Engines'), 'cordon.showEngines'),
  ];
}

function offer(icon: string, label: string, command: CommandId | 'cordon.workspaces.focus'): Offer {
  return { label, iconPath: new vscode.ThemeIcon(icon), command };
}

function separator(label: string): Offer {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
