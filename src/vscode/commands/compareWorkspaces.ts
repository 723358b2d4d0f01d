import * as vscode from 'vscode';
import type { Reviews } from '../../review/reviews.ts';
import { CordonError } from '../../shared/errors.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { withoutIcons } from '../inertText.ts';
import { folderKey } from '../../workspaces/workspaceSnapshot.ts';
import { withProgress } from '../progress.ts';
import type { ChangeDocuments } from '../review/changeDocuments.ts';
import { shownPath } from '../review/shownChange.ts';

/** More files at once no window shows well. */
const mostShown = 500;

/** Shows where two workspaces in review mode of one folder differ: one on the left, the other on the right. */
export async function compareWorkspace(
  one: Workspace,
  {
    service,
    reviews,
    changeDocuments,
  }: {
    readonly service: Pick<WorkspaceService, 'list'>;
    readonly reviews: Pick<Reviews, 'compare'>;
    readonly changeDocuments: Pick<ChangeDocuments, 'uri'>;
  },
): Promise<void> {
  const other = await askOther(one, service.list());
  if (!other) return;
  const title = vscode.l10n.t('{0} and {1}', withoutIcons(one.name), withoutIcons(other.name));
  const found = await withProgress(vscode.l10n.t('Comparing {0}', title), ({ signal }) =>
    reviews.compare(one.id, other.id, signal),
  );
  if (found.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Both workspaces see the same files.'));
    return;
  }
  const shown = found
    .slice(0, mostShown)
    .map((seen) => [
      vscode.Uri.joinPath(vscode.Uri.parse(one.folder, true), shownPath(seen.path)),
      changeDocuments.uri({ id: one.id, path: seen.path, side: seen.one }),
      changeDocuments.uri({ id: other.id, path: seen.path, side: seen.other }),
    ]);
  const counted =
    found.length > mostShown
      ? vscode.l10n.t('{0} (the first {1} of {2} files)', title, mostShown, found.length)
      : title;
  await vscode.commands.executeCommand('vscode.changes', counted, shown);
}

async function askOther(one: Workspace, all: readonly Workspace[]): Promise<Workspace | undefined> {
  const others = all.filter(
    ({ id, mount, folder, status }) =>
      id !== one.id &&
      mount === 'review' &&
      status !== 'archived' &&
      folderKey(folder) === folderKey(one.folder),
  );
  if (others.length === 0)
    throw new CordonError(
      'invalidRequest',
      vscode.l10n.t('There is no other workspace in review mode of this folder.'),
    );
  if (others.length === 1) return others[0];
  const picked = await vscode.window.showQuickPick(
    others.map((workspace) => ({ label: withoutIcons(workspace.name), workspace })),
    { placeHolder: vscode.l10n.t('Compare {0} with…', withoutIcons(one.name)) },
  );
  return picked?.workspace;
}
