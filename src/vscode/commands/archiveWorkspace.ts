import * as vscode from 'vscode';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { withProgress } from '../progress.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

/** Removes container and network of a workspace and keeps its record, after saying what will be lost. */
export function archiveWorkspace({
  service,
  targets,
}: {
  readonly service: Pick<WorkspaceService, 'archive'>;
  readonly targets: Pick<Targets, 'one'>;
}): Command {
  return async (...args) => {
    const workspace = await targets.one('archive', args);
    if (!workspace) return;
    const button = vscode.l10n.t('Archive');
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t('Archive the workspace "{0}"?', workspace.name),
      {
        modal: true,
        detail: vscode.l10n.t(
          'Its container and everything that is only in it is removed. Its settings are kept: after Restore, the next start makes a new container from them. Your folder stays as it is.',
        ),
      },
      button,
    );
    if (answer !== button) return;
    await withProgress(vscode.l10n.t('Archiving {0}', workspace.name), (options) =>
      service.archive(workspace.id, options),
    );
  };
}
