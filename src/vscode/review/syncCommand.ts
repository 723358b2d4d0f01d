import * as vscode from 'vscode';
import type { ChangeList } from '../../review/listChanges.ts';

/** Whether the workspace sees the folder as it is now, but for what it changed itself: shown beside its changes. */
export function syncCommand(list: ChangeList, workspaceId: string, problem?: string): vscode.Command {
  const { copy } = list;
  const { icon, word, sentence: state } = syncState(list);
  const sentence = problem === undefined ? state : `${state}\n${problem}`;
  return {
    command: 'cordon.refreshChanges',
    arguments: [workspaceId],
    title: copy ? `$(${icon}) ${vscode.l10n.t('{0} (copy)', word)}` : `$(${icon}) ${word}`,
    tooltip: copy ? `${sentence}\n${aboutCopy(copy)}` : sentence,
  };
}

function aboutCopy({ leftOut }: { readonly leftOut: number }): string {
  const isCopy = vscode.l10n.t('The engine does not see the folder: the workspace has a copy of it.');
  if (leftOut === 0) return isCopy;
  const missing = vscode.l10n.t(
    'Missing on one side: {0} (devices, sockets, FIFOs and what may not be read).',
    leftOut,
  );
  return `${isCopy}\n${missing}`;
}

function syncState({ changes, pending }: ChangeList) {
  const conflicts = changes.filter(({ conflict }) => conflict).length;
  if (conflicts > 0)
    return {
      icon: 'warning',
      word: vscode.l10n.t('conflict'),
      sentence: vscode.l10n.t('Files that were changed in the workspace and in the folder: {0}.', conflicts),
    };
  if (pending.length > 0)
    return {
      icon: 'sync',
      word: vscode.l10n.t('{0} pending', pending.length),
      sentence: vscode.l10n.t(
        'Files that were changed in the folder: {0}. The workspace sees them in a moment, or else after its next start.',
        pending.length,
      ),
    };
  return {
    icon: 'check',
    word: vscode.l10n.t('in sync'),
    sentence: vscode.l10n.t('The workspace sees the folder as it is now, but for its own changes.'),
  };
}
