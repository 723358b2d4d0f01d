import { isFrozen } from './frozen.ts';
import { sleepOf } from './idle/idleMark.ts';
import type { WorkspaceEgress } from './proxy/egressSettings.ts';
import type { ContainerState, IsolationGrade, Workspace } from './workspace.ts';
import type { WorkspaceRecord } from './workspaceRecord.ts';

/** The same folder, however its URI is written. */
export function folderKey(folderUri: string): string {
  return decodeURIComponent(new URL(folderUri).pathname).replace(/\/+$/, '');
}

/** The workspace as everybody but the store sees it, frozen. */
export function snapshotOf(
  record: WorkspaceRecord,
  container: ContainerState,
  activeTasks: number,
  isolation: IsolationGrade | undefined,
): Workspace {
  const { intent, lastError, statusAt, frozen, held, idle, limits, env, egress, ...rest } = record;
  const sleep = sleepOf(record, container);
  return Object.freeze({
    ...rest,
    limits: Object.freeze({ ...limits }),
    env: Object.freeze({ ...env }),
    ...(egress && { egress: frozenEgress(egress) }),
    container: Object.freeze({ ...container }),
    activeTasks,
    ...(isolation && { isolation: Object.freeze({ ...isolation }) }),
    ...(isFrozen(record) && { frozen: Object.freeze({ at: frozen?.at ?? '' }) }),
    ...(sleep && { idle: Object.freeze({ action: sleep.action, at: sleep.at }) }),
    ...(lastError && { lastError: Object.freeze({ ...lastError }) }),
  });
}

function frozenEgress({ presets, allow, deny }: WorkspaceEgress): WorkspaceEgress {
  return Object.freeze({
    ...(presets && { presets: Object.freeze([...presets]) }),
    allow: Object.freeze([...allow]),
    deny: Object.freeze([...deny]),
  });
}
