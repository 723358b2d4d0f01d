import * as vscode from 'vscode';
import type { Change } from '../../review/change.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import type { ChangeDocuments } from '../review/changeDocuments.ts';
import { shownPath } from '../review/shownChange.ts';
import type { Command } from './command.ts';

/** Shows a change: the file of the folder on the left, what the workspace has on the right. */
export function openChange({
  service,
  changeDocuments,
}: {
  readonly service: Pick<WorkspaceService, 'get'>;
  readonly changeDocuments: Pick<ChangeDocuments, 'uri'>;
}): Command {
  return async (row) => {
    const { workspaceId, change } = row as { readonly workspaceId: string; readonly change: Change };
    const workspace = service.get(workspaceId);
    if (!workspace) return;
    const { path, lower } = change;
    const isPlain = lower?.type === 'file' && path === shownPath(path);
    const left = isPlain
      ? vscode.Uri.joinPath(vscode.Uri.parse(workspace.folder, true), path)
      : changeDocuments.uri({ id: workspaceId, path, side: 'folder' });
    const right = changeDocuments.uri({ id: workspaceId, path, side: 'workspace' });
    const title = vscode.l10n.t('{0}: folder and {1}', shownPath(path), workspace.name);
    await vscode.commands.executeCommand('vscode.diff', left, right, title, { preview: true });
  };
}
