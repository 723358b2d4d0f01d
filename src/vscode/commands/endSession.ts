import * as vscode from 'vscode';
import type { SessionInfo } from '../../workspaces/session.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { formatAge, withoutControlCharacters } from '../format.ts';
import { withoutIcons } from '../inertText.ts';
import { withoutCancel } from '../progress.ts';
import { sessionIcons, sessionWord } from '../sessionWords.ts';
import type { Command } from './command.ts';

type Service = Pick<WorkspaceService, 'list' | 'sessions' | 'endSession'>;

/** Ends what runs in a workspace: the rows that are meant, or one that the person chooses. */
export function endSession({ service }: { readonly service: Service }): Command {
  return async (node, selected) => {
    const rows: readonly unknown[] = Array.isArray(selected) && selected.length > 0 ? selected : [node];
    const named = rows.flatMap((row) => sessionIdOf(row) ?? []);
    const ids = named.length > 0 ? named : await ask(service);
    if (ids.length === 0) return;
    await withoutCancel(vscode.l10n.t('Ending what runs in the workspace'), () =>
      Promise.all(ids.map((id) => service.endSession(id))),
    );
  };
}

async function ask(service: Service): Promise<readonly string[]> {
  const items = service
    .list()
    .flatMap(({ id, name }) => service.sessions(id).map((session) => itemOf(session, name)));
  if (items.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Nothing runs in a workspace now.'));
    return [];
  }
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('End Process'),
    placeHolder: vscode.l10n.t('Choose what to end; what it started ends with it'),
    matchOnDescription: true,
  });
  return picked ? [picked.id] : [];
}

function itemOf({ id, kind, command, startedAt }: SessionInfo, workspace: string) {
  const line = withoutIcons(withoutControlCharacters(command.join(' ')).slice(0, 200));
  return {
    id,
    label: `${sessionWord(kind)}: ${line}`,
    description: withoutIcons(`${workspace} · ${formatAge(startedAt, vscode.env.language)}`),
    iconPath: new vscode.ThemeIcon(sessionIcons[kind]),
  };
}

function sessionIdOf(row: unknown): string | undefined {
  if (typeof row === 'string') return row;
  return typeof row === 'object' && row !== null && 'sessionId' in row && typeof row.sessionId === 'string'
    ? row.sessionId
    : undefined;
}
