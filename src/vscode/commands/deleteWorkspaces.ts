import * as vscode from 'vscode';
import type { LazyReviews } from '../../review/lazyReviews.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import { folderPathOf } from '../openFolders.ts';
import { countedChanges } from '../review/countedChanges.ts';
import { changeWorkspaces, type ChangeDependencies } from './changeWorkspaces.ts';
import type { Command } from './command.ts';
import { exportPatchOf } from './exportPatch.ts';
import type { Targets } from './targets.ts';

/** Deletes the workspaces that are meant, after saying what will be lost. */
export function deleteWorkspaces(
  dependencies: ChangeDependencies<'remove'> & {
    readonly targets: Pick<Targets, 'several'>;
    readonly reviews: DeletedReviews;
  },
): Command {
  return async (...args) => {
    const chosen = await dependencies.targets.several('delete', args);
    if (chosen.length === 0 || !(await confirmDelete(chosen, dependencies.reviews))) return;
    await changeWorkspaces(dependencies, chosen, {
      operation: 'remove',
      title: (name) => vscode.l10n.t('Deleting {0}', name),
      titleOfAll: (count) => vscode.l10n.t('Deleting {0} workspaces', count),
      outcome: (done, all) => vscode.l10n.t('Deleted {0} of {1} workspaces.', done, all),
    });
  };
}

type DeletedReviews = Pick<LazyReviews, 'changes' | 'exportPatch' | 'snapshots'>;

/** A workspace that was in review mode, what nobody accepted of it, and its snapshots; what cannot be counted counts as one. */
interface Reviewed {
  readonly workspace: Workspace;
  readonly changes: number;
  readonly snapshots: number;
}

async function findReviewed(
  workspaces: readonly Workspace[],
  reviews: Pick<DeletedReviews, 'changes' | 'snapshots'>,
): Promise<readonly Reviewed[]> {
  return await Promise.all(
    workspaces
      .filter(({ mount }) => mount === 'review')
      .map(async (workspace) => ({
        workspace,
        changes: await counted(reviews.changes(workspace.id)),
        snapshots: await counted(reviews.snapshots(workspace.id)),
      })),
  );
}

async function counted(found: Promise<readonly unknown[]>): Promise<number> {
  return await found.then(
    ({ length }) => length,
    () => 1,
  );
}

/** Asks again after the changes were exported, until the person deletes or gives up. */
async function confirmDelete(workspaces: readonly Workspace[], reviews: DeletedReviews): Promise<boolean> {
  const [deleting, exporting] = [vscode.l10n.t('Delete'), vscode.l10n.t('Export as Patch…')];
  const exported: string[] = [];
  for (;;) {
    const reviewed = await findReviewed(workspaces, reviews);
    const changed = reviewed.filter(({ changes }) => changes > 0);
    const answer = await vscode.window.showWarningMessage(
      questionOf(workspaces),
      { modal: true, detail: detailOf(workspaces, reviewed, exported) },
      deleting,
      ...(changed.length > 0 ? [exporting] : []),
    );
    if (answer !== exporting) return answer === deleting;
    for (const { workspace } of changed) {
      const file = await exportPatchOf(workspace, reviews);
      if (file !== undefined && !exported.includes(file)) exported.push(file);
    }
  }
}

function questionOf(workspaces: readonly Workspace[]): string {
  const [first] = workspaces;
  return first && workspaces.length === 1
    ? vscode.l10n.t('Delete the workspace "{0}"?', first.name)
    : vscode.l10n.t('Delete {0} workspaces?', workspaces.length);
}

function detailOf(
  workspaces: readonly Workspace[],
  reviewed: readonly Reviewed[],
  exported: readonly string[],
): string {
  const sessions = workspaces.reduce((sum, workspace) => sum + workspace.activeTasks, 0);
  const changes = reviewed.reduce((sum, each) => sum + each.changes, 0);
  const snapshots = reviewed.reduce((sum, each) => sum + each.snapshots, 0);
  const folders = [...new Set(workspaces.map(folderPathOf))];
  return [
    ...(workspaces.length > 1 ? [workspaces.map(({ name }) => name).join(', ')] : []),
    vscode.l10n.t(
      'Lost: the container, everything that is only in it, its network, and the settings of the workspace.',
    ),
    ...(changes > 0
      ? [vscode.l10n.t('Lost, too: {0} for review, not accepted yet.', countedChanges(changes))]
      : []),
    ...(snapshots > 0 ? [vscode.l10n.t('Lost, too: snapshots ({0}).', snapshots)] : []),
    ...(exported.length > 0 ? [vscode.l10n.t('Exported: {0}.', exported.join(', '))] : []),
    ...(sessions > 0 ? [vscode.l10n.t('Ended: running terminals and commands ({0}).', sessions)] : []),
    vscode.l10n.t('Kept: the files in {0}.', folders.join(', ')),
  ].join('\n\n');
}
