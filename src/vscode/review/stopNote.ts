import * as vscode from 'vscode';
import type { Workspace } from '../../workspaces/workspace.ts';

/** What becomes of the processes of a workspace whose view is changed, as a paragraph of its own; none where there are none. */
export function stopNote(workspace: Pick<Workspace, 'container'> | undefined): readonly string[] {
  const kind = workspace?.container.kind;
  if (kind === 'running')
    return [vscode.l10n.t('The workspace is stopped and started again: what runs in it ends.')];
  return kind === 'paused'
    ? [vscode.l10n.t('The workspace is stopped, and stays so: what is paused in it ends.')]
    : [];
}
