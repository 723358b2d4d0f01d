import * as vscode from 'vscode';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { askName } from '../askName.ts';
import { withProgress } from '../progress.ts';
import { back } from '../quickInput.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

/** Gives a workspace another name. */
export function renameWorkspace({
  service,
  targets,
}: {
  readonly service: Pick<WorkspaceService, 'update'>;
  readonly targets: Pick<Targets, 'one'>;
}): Command {
  return async (...args) => {
    const workspace = await targets.one('rename', args);
    if (!workspace) return;
    const name = await askName({ title: vscode.l10n.t('Rename {0}', workspace.name) }, workspace.name);
    if (name === undefined || name === back || name === workspace.name) return;
    await withProgress(vscode.l10n.t('Renaming {0}', workspace.name), (options) =>
      service.update(workspace.id, { name }, options),
    );
  };
}
