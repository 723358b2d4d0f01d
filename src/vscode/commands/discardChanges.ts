import * as vscode from 'vscode';
import { confirm } from '../confirm.ts';
import type { Reviews } from '../../review/reviews.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { withProgress } from '../progress.ts';
import { countedChanges } from '../review/countedChanges.ts';
import { aloneOf, namedPaths } from '../review/shownChange.ts';
import { stopNote } from '../review/stopNote.ts';
import type { Meant } from './reviewCommands.ts';

/** Discards changes after saying what is lost. */
export async function discardMeant(
  { control, changes }: Meant,
  {
    reviews,
    service,
  }: { readonly reviews: Pick<Reviews, 'discard'>; readonly service: Pick<WorkspaceService, 'get'> },
): Promise<void> {
  // What cannot be listed can be discarded all the same.
  const isListed = await control.listed().then(
    () => true,
    () => false,
  );
  const count = changes?.length ?? control.changes.length;
  const excluded = changes ? 0 : control.excludedCount;
  if (count + excluded === 0 && isListed) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There are no changes to discard.'));
    return;
  }
  const name = service.get(control.workspaceId)?.name ?? '';
  const detail = [
    namedPaths((changes ?? control.changes).map(({ path }) => path)),
    ...(excluded > 0 ? [vscode.l10n.t('Excluded paths that are discarded with them: {0}.', excluded)] : []),
    vscode.l10n.t('They cannot be brought back.'),
    ...stopNote(service.get(control.workspaceId)),
  ];
  const question = isListed
    ? vscode.l10n.t('Discard {0} of the workspace "{1}"?', countedChanges(count), name)
    : vscode.l10n.t('Discard all changes of the workspace "{0}"?', name);
  if (!(await confirm(question, detail, vscode.l10n.t('Discard')))) return;
  await withProgress(vscode.l10n.t('Discarding changes'), (options) =>
    reviews.discard(
      control.workspaceId,
      changes?.map(({ path }) => path),
      { ...options, alone: aloneOf(changes) },
    ),
  );
}
