import * as vscode from 'vscode';
import { confirm } from '../confirm.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import { changeWorkspaces, type ChangeDependencies } from './changeWorkspaces.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

/** Removes container and network of the workspaces that are meant and keeps their records, after saying what is lost. */
export function archiveWorkspaces(
  dependencies: ChangeDependencies<'archive'> & { readonly targets: Pick<Targets, 'several'> },
): Command {
  return async (...args) => {
    const chosen = await dependencies.targets.several('archive', args);
    if (chosen.length === 0 || !(await confirmArchive(chosen))) return;
    await changeWorkspaces(dependencies, chosen, {
      operation: 'archive',
      title: (name) => vscode.l10n.t('Archiving {0}', name),
      titleOfAll: (count) => vscode.l10n.t('Archiving {0} workspaces', count),
      outcome: (done, all) => vscode.l10n.t('Archived {0} of {1} workspaces.', done, all),
    });
  };
}

async function confirmArchive(workspaces: readonly Workspace[]): Promise<boolean> {
  const [first] = workspaces;
  if (!first) return false;
  const question =
    workspaces.length === 1
      ? vscode.l10n.t('Archive the workspace "{0}"?', first.name)
      : vscode.l10n.t('Archive {0} workspaces?', workspaces.length);
  const detail = [
    ...(workspaces.length > 1 ? [workspaces.map(({ name }) => name).join(', ')] : []),
    vscode.l10n.t(
      'The container and everything that is only in it are removed. The settings are kept: after Restore, the next start makes a new container from them. The folder stays as it is.',
    ),
    ...(workspaces.some(({ mount }) => mount === 'review')
      ? [vscode.l10n.t('Changes for review are kept, too.')]
      : []),
  ];
  return await confirm(question, detail, vscode.l10n.t('Archive'));
}
