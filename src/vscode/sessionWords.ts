import * as vscode from 'vscode';
import type { SessionInfo } from '../workspaces/session.ts';

/** What a process in a workspace is, in a word. */
export function sessionWord(kind: SessionInfo['kind']): string {
  switch (kind) {
    case 'terminal':
      return vscode.l10n.t('Terminal');
    case 'command':
      return vscode.l10n.t('Command');
    case 'task':
      return vscode.l10n.t('Task');
    case 'languageServer':
      return vscode.l10n.t('Language server');
    case 'port':
      return vscode.l10n.t('Forwarded port');
  }
}

/** How far it has come. */
export function sessionStateWord(state: SessionInfo['state']): string {
  switch (state.kind) {
    case 'running':
      return vscode.l10n.t('running');
    case 'ending':
      return vscode.l10n.t('ending');
    case 'ended':
      return state.exitCode === undefined
        ? vscode.l10n.t('lost')
        : vscode.l10n.t('ended with exit code {0}', state.exitCode);
  }
}

/** The icon of its row. */
export const sessionIcons: Readonly<Record<SessionInfo['kind'], string>> = {
  terminal: 'terminal',
  command: 'play',
  task: 'tools',
  languageServer: 'symbol-misc',
  port: 'plug',
};
