import { timeAfter } from '../../shared/timeAfter.ts';
import type { ContainerState } from '../workspace.ts';
import type { WorkspaceRecord } from '../workspaceRecord.ts';

/** What can be done with a workspace that nobody uses. */
export type IdleAction = 'pause' | 'stop';

type Marked = Pick<WorkspaceRecord, 'idle'>;

/** The mark of a workspace that was put to sleep because nobody used it. Only such a one is woken by use. */
export function asleepNow({ idle }: Marked, action: IdleAction): NonNullable<WorkspaceRecord['idle']> {
  return { action, at: timeAfter(idle?.at) };
}

/** The record of a workspace that sleeps no more, whatever it does now. */
export function awake<T extends Marked>(record: T): T {
  const { idle } = record;
  if (!idle || idle.over) return record;
  return { ...record, idle: { action: idle.action, at: timeAfter(idle.at), over: true } };
}

/** The record after a container came to another state: one that runs was woken, by whomever. */
export function awakeIfRunning<T extends Marked>(record: T, before: ContainerState, now: ContainerState): T {
  return now.kind === 'running' && before.kind !== 'running' ? awake(record) : record;
}

/** How the workspace was put to sleep and still is; `undefined` for one that was paused or stopped for another reason. */
export function sleepOf({ idle }: Marked, container: ContainerState): WorkspaceRecord['idle'] {
  if (!idle || idle.over) return undefined;
  const isAsLeft =
    idle.action === 'pause' ? container.kind === 'paused' : ['stopped', 'failed'].includes(container.kind);
  return isAsLeft ? idle : undefined;
}
