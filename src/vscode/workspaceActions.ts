import type { Workspace } from '../workspaces/workspace.ts';

/** What a row shows and a `when` clause matches: the container's state, that only the record is kept, or that Panic froze it. */
export type ShownState = Workspace['container']['kind'] | 'archived' | 'frozen';

/** What can be done with one workspace; each has a command of the same name. */
export const workspaceActions = [
  'start',
  'stop',
  'restart',
  'pause',
  'resume',
  'openTerminal',
  'openTerminalWithShell',
  'runCommand',
  'showIsolation',
  'forwardPort',
  'browseFiles',
  'attachDebugger',
  'edit',
  'rename',
  'editEgress',
  'learnNames',
  'manageSecrets',
  'archive',
  'restore',
  'delete',
  'showDetails',
  'showContainerLog',
  'showSecurityLog',
  'exportTimeline',
  'releaseWorkspaces',
  'copyId',
  'revealFolder',
  'openFolder',
] as const;

export type WorkspaceAction = (typeof workspaceActions)[number];

const anyState: readonly ShownState[] = [
  'absent',
  'creating',
  'running',
  'paused',
  'stopping',
  'stopped',
  'failed',
  'unknown',
  'archived',
  'frozen',
];
const atRest: readonly ShownState[] = ['absent', 'stopped', 'failed'];
const settled: readonly ShownState[] = ['running', 'paused', ...atRest];

const possibleIn: Readonly<Record<WorkspaceAction, readonly ShownState[]>> = {
  start: atRest,
  stop: ['running', 'paused'],
  restart: ['running', 'paused'],
  pause: ['running'],
  resume: ['paused'],
  openTerminal: settled,
  openTerminalWithShell: ['running'],
  runCommand: settled,
  forwardPort: ['running'],
  browseFiles: ['running'],
  attachDebugger: ['running'],
  edit: settled,
  rename: settled,
  editEgress: settled,
  learnNames: ['running'],
  manageSecrets: anyState,
  archive: [...settled, 'frozen'],
  restore: ['archived'],
  delete: anyState,
  showDetails: anyState,
  showContainerLog: ['running', 'paused', 'stopped', 'failed', 'frozen'],
  showIsolation: ['running', 'paused'],
  showSecurityLog: anyState,
  exportTimeline: anyState,
  releaseWorkspaces: ['frozen'],
  copyId: anyState,
  revealFolder: anyState,
  openFolder: anyState,
};

/** What there is to do only where names can be allowed. */
const ofFiltered: readonly WorkspaceAction[] = ['editEgress', 'learnNames'];

/** The state of a workspace as a person sees it. */
export function shownStateOf(workspace: Pick<Workspace, 'status' | 'container' | 'frozen'>): ShownState {
  if (workspace.status === 'archived') return 'archived';
  return workspace.frozen ? 'frozen' : workspace.container.kind;
}

/** Whether an action makes sense for a workspace as it is now. */
export function isPossible(
  action: WorkspaceAction,
  workspace: Pick<Workspace, 'status' | 'container' | 'frozen' | 'network'>,
): boolean {
  if (ofFiltered.includes(action) && workspace.network !== 'filtered') return false;
  return possibleIn[action].includes(shownStateOf(workspace));
}

/** What menus match with `viewItem`: state, kind of row, mount mode and network. */
export function contextValueOf(
  workspace: Pick<Workspace, 'status' | 'container' | 'frozen' | 'mount' | 'network'>,
): string {
  return `${shownStateOf(workspace)}.workspace.${workspace.mount}.${workspace.network}`;
}
