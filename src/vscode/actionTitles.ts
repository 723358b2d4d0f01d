import * as vscode from 'vscode';
import type { WorkspaceAction } from './workspaceActions.ts';

/** What an action is called where a person chooses it. */
export function actionTitle(action: WorkspaceAction): string {
  switch (action) {
    case 'start':
      return vscode.l10n.t('Start Workspace');
    case 'stop':
      return vscode.l10n.t('Stop Workspace');
    case 'restart':
      return vscode.l10n.t('Restart Workspace');
    case 'pause':
      return vscode.l10n.t('Pause Workspace');
    case 'resume':
      return vscode.l10n.t('Resume Workspace');
    case 'openTerminal':
      return vscode.l10n.t('Open Terminal');
    case 'openTerminalWithShell':
      return vscode.l10n.t('Open Terminal with Shell…');
    case 'runCommand':
      return vscode.l10n.t('Run Command…');
    case 'forwardPort':
      return vscode.l10n.t('Forward Port…');
    case 'browseFiles':
      return vscode.l10n.t('Browse Files of Container…');
    case 'attachDebugger':
      return vscode.l10n.t('Attach Debugger…');
    case 'edit':
      return vscode.l10n.t('Edit Workspace…');
    case 'rename':
      return vscode.l10n.t('Rename Workspace…');
    case 'editEgress':
      return vscode.l10n.t('Names That It May Reach…');
    case 'learnNames':
      return vscode.l10n.t('Learn Which Names It Needs…');
    case 'manageSecrets':
      return vscode.l10n.t('Secrets…');
    case 'archive':
      return vscode.l10n.t('Archive Workspace…');
    case 'restore':
      return vscode.l10n.t('Restore Workspace');
    case 'delete':
      return vscode.l10n.t('Delete Workspace…');
    case 'showDetails':
      return vscode.l10n.t('Show Details');
    case 'showContainerLog':
      return vscode.l10n.t('Show Container Output');
    case 'showIsolation':
      return vscode.l10n.t('Show Isolation Report');
    case 'showSecurityLog':
      return vscode.l10n.t('Show Security Log');
    case 'exportTimeline':
      return vscode.l10n.t('Export Timeline…');
    case 'releaseWorkspaces':
      return vscode.l10n.t('Release after Panic…');
    case 'copyId':
      return vscode.l10n.t('Copy Workspace Id');
    case 'revealFolder':
      return vscode.l10n.t('Reveal Folder in File Manager');
    case 'openFolder':
      return vscode.l10n.t('Open Folder of Workspace');
  }
}

/** The icon of an action, the same as in the menus. */
export const actionIcons: Readonly<Record<WorkspaceAction, string>> = {
  start: 'play',
  stop: 'debug-stop',
  restart: 'debug-restart',
  pause: 'debug-pause',
  resume: 'debug-continue',
  openTerminal: 'terminal',
  openTerminalWithShell: 'terminal',
  runCommand: 'run-all',
  forwardPort: 'plug',
  browseFiles: 'files',
  attachDebugger: 'debug-alt',
  edit: 'edit',
  rename: 'symbol-string',
  editEgress: 'globe',
  learnNames: 'mortar-board',
  manageSecrets: 'key',
  archive: 'archive',
  restore: 'reply',
  delete: 'trash',
  showDetails: 'graph-line',
  showContainerLog: 'output',
  showIsolation: 'shield',
  showSecurityLog: 'history',
  exportTimeline: 'export',
  releaseWorkspaces: 'unlock',
  copyId: 'copy',
  revealFolder: 'folder-opened',
  openFolder: 'folder',
};
