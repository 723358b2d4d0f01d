import * as vscode from 'vscode';
import type { Workspace } from '../../workspaces/workspace.ts';
import { folderPathOf } from '../openFolders.ts';
import { changeWorkspaces, type ChangeDependencies } from './changeWorkspaces.ts';
import type { Command } from './command.ts';
import { confirmLoss, type LostReviews } from './confirmLoss.ts';
import type { Targets } from './targets.ts';

/** Deletes the workspaces that are meant, after saying what will be lost. */
export function deleteWorkspaces(
  dependencies: ChangeDependencies<'remove'> & {
    readonly targets: Pick<Targets, 'several'>;
    readonly reviews: LostReviews;
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

async function confirmDelete(workspaces: readonly Workspace[], reviews: LostReviews): Promise<boolean> {
  const question = {
    text: questionOf(workspaces),
    detail: (ofReviews: readonly string[]) => detailOf(workspaces, ofReviews),
    button: vscode.l10n.t('Delete'),
  };
  return await confirmLoss(question, workspaces, reviews);
}

function questionOf(workspaces: readonly Workspace[]): string {
  const [first] = workspaces;
  return first && workspaces.length === 1
    ? vscode.l10n.t('Delete the workspace "{0}"?', first.name)
    : vscode.l10n.t('Delete {0} workspaces?', workspaces.length);
}

function detailOf(workspaces: readonly Workspace[], ofReviews: readonly string[]): readonly string[] {
  const sessions = workspaces.reduce((sum, workspace) => sum + workspace.activeTasks, 0);
  const folders = [...new Set(workspaces.map(folderPathOf))];
  return [
    ...(workspaces.length > 1 ? [workspaces.map(({ name }) => name).join(', ')] : []),
    vscode.l10n.t(
      'Lost: the container, everything that is only in it, its network, and the settings of the workspace.',
    ),
    ...ofReviews,
    ...(sessions > 0 ? [vscode.l10n.t('Ended: running terminals and commands ({0}).', sessions)] : []),
    vscode.l10n.t('Kept: the files in {0}.', folders.join(', ')),
  ];
}
