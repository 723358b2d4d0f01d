import * as vscode from 'vscode';
import type { Workspace } from '../workspaces/workspace.ts';
import { shownStateOf, type ShownState } from './workspaceActions.ts';

/** What a workspace does now in a word or two: one that sleeps because nobody used it says so. */
export function stateText(workspace: Pick<Workspace, 'status' | 'container' | 'frozen' | 'idle'>): string {
  const word = stateWord(shownStateOf(workspace));
  return workspace.idle ? vscode.l10n.t('{0} (idle)', word) : word;
}

/** The state of a workspace in a word for a person. */
export function stateWord(state: ShownState): string {
  switch (state) {
    case 'absent':
      return vscode.l10n.t('no container');
    case 'creating':
      return vscode.l10n.t('creating');
    case 'running':
      return vscode.l10n.t('running');
    case 'paused':
      return vscode.l10n.t('paused');
    case 'stopping':
      return vscode.l10n.t('stopping');
    case 'stopped':
      return vscode.l10n.t('stopped');
    case 'failed':
      return vscode.l10n.t('failed');
    case 'unknown':
      return vscode.l10n.t('unknown');
    case 'archived':
      return vscode.l10n.t('archived');
    case 'frozen':
      return vscode.l10n.t('frozen');
  }
}

/** The icon of a state; its shape tells as much as its colour. */
export function stateIcon(state: ShownState): vscode.ThemeIcon {
  const icon = (id: string, color?: string) =>
    new vscode.ThemeIcon(id, color === undefined ? undefined : new vscode.ThemeColor(color));
  switch (state) {
    case 'running':
      return icon('vm-running', 'testing.iconPassed');
    case 'paused':
      return icon('debug-pause', 'list.warningForeground');
    case 'creating':
    case 'stopping':
      return icon('loading~spin');
    case 'stopped':
    case 'absent':
      return icon('vm-outline', 'disabledForeground');
    case 'failed':
      return icon('error', 'testing.iconFailed');
    case 'unknown':
      return icon('question', 'list.warningForeground');
    case 'archived':
      return icon('archive', 'disabledForeground');
    case 'frozen':
      return icon('lock', 'list.errorForeground');
  }
}
