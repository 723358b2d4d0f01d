import * as vscode from 'vscode';
import type { Reviews } from '../../review/reviews.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import { folderPathOf } from '../openFolders.ts';
import { changeWorkspaces, type ChangeDependencies } from './changeWorkspaces.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

/** Deletes the workspaces that are meant, after saying what will be lost. */
export function deleteWorkspaces(
  dependencies: ChangeDependencies<'remove'> & {
    readonly targets: Pick<Targets, 'several'>;
    readonly reviews: Pick<Reviews, 'changes'>;
  },
): Command {
  return async (...args) => {
    const chosen = await dependencies.targets.several('delete', args);
    if (chosen.length === 0 || !(await confirmDelete(chosen, await countChanges(chosen, dependencies))))
      return;
    await changeWorkspaces(dependencies, chosen, {
      operation: 'remove',
      title: (name) => vscode.l10n.t('Deleting {0}', name),
      titleOfAll: (count) => vscode.l10n.t('Deleting {0} workspaces', count),
      outcome: (done, all) => vscode.l10n.t('Deleted {0} of {1} workspaces.', done, all),
    });
  };
}

/** Changes of workspaces in review mode that nobody accepted; what cannot be counted counts as one. */
async function countChanges(
  workspaces: readonly Workspace[],
  { reviews }: { readonly reviews: Pick<Reviews, 'changes'> },
): Promise<number> {
  const counts = await Promise.all(
    workspaces
      .filter(({ mount }) => mount === 'review')
      .map(async ({ id }) =>
        reviews.changes(id).then(
          ({ length }) => length,
          () => 1,
        ),
      ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

async function confirmDelete(workspaces: readonly Workspace[], changes: number): Promise<boolean> {
  const [first] = workspaces;
  if (!first) return false;
  const question =
    workspaces.length === 1
      ? vscode.l10n.t('Delete the workspace "{0}"?', first.name)
      : vscode.l10n.t('Delete {0} workspaces?', workspaces.length);
  const sessions = workspaces.reduce((sum, workspace) => sum + workspace.activeTasks, 0);
  const folders = [...new Set(workspaces.map(folderPathOf))];
  const detail = [
    ...(workspaces.length > 1 ? [workspaces.map(({ name }) => name).join(', ')] : []),
    vscode.l10n.t(
      'Lost: the container, everything that is only in it, its network, and these settings of the workspace.',
    ),
    ...(changes > 0
      ? [vscode.l10n.t('Lost, too: {0} changes for review that were not accepted.', changes)]
      : []),
    ...(sessions > 0 ? [vscode.l10n.t('Ended: {0} running terminals and commands.', sessions)] : []),
    vscode.l10n.t('Kept: the files in {0}.', folders.join(', ')),
  ];
  const button = vscode.l10n.t('Delete');
  return (
    (await vscode.window.showWarningMessage(
      question,
      { modal: true, detail: detail.join('\n\n') },
      button,
    )) === button
  );
}
