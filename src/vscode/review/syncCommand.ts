import * as vscode from 'vscode';
import type { ChangeList } from '../../review/listChanges.ts';

/** Whether the workspace sees the folder as it is now, but for what it changed itself: shown beside its changes. */
export function syncCommand({ changes, pending }: ChangeList, workspaceId: string): vscode.Command {
  const conflicts = changes.filter(({ conflict }) => conflict).length;
  const refresh = { command: 'cordon.refreshChanges', arguments: [workspaceId] };
  if (conflicts > 0)
    return {
      ...refresh,
      title: `$(warning) ${vscode.l10n.t('conflict')}`,
      tooltip: vscode.l10n.t('{0} files were changed in the workspace and in the folder.', conflicts),
    };
  if (pending > 0)
    return {
      ...refresh,
      title: `$(sync) ${vscode.l10n.t('{0} pending', pending)}`,
      tooltip: vscode.l10n.t(
        '{0} accepted files were changed in the folder since. The workspace sees them as they were accepted.',
        pending,
      ),
    };
  return {
    ...refresh,
    title: `$(check) ${vscode.l10n.t('in sync')}`,
    tooltip: vscode.l10n.t('The workspace sees the folder as it is now, but for its own changes.'),
  };
}
