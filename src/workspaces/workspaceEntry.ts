import { timeAfter } from '../shared/timeAfter.ts';
import { isUp, statusOf } from './containerState.ts';
import type { ContainerState, IsolationGrade, Workspace } from './workspace.ts';
import type { WorkspaceRecord } from './workspaceRecord.ts';
import { snapshotOf } from './workspaceSnapshot.ts';

/** What the last check of a container's isolation gave. */
export interface CheckedContainer extends IsolationGrade {
  readonly containerId: string;
}

/** What is known of one workspace: its record, which is stored, and what is not. */
export interface WorkspaceEntry {
  readonly record: WorkspaceRecord;
  readonly container: ContainerState;
  readonly activeTasks: number;
  readonly isolation: CheckedContainer | undefined;
  readonly snapshot: Workspace;
}

/** The entry that follows on `before`. What a check gave counts until its container ends. */
export function entryAfter(
  before: WorkspaceEntry | undefined,
  record: WorkspaceRecord,
  container: ContainerState,
  news: Partial<Pick<WorkspaceEntry, 'activeTasks' | 'isolation'>> = {},
): WorkspaceEntry {
  const activeTasks = news.activeTasks ?? before?.activeTasks ?? 0;
  const hasEnded = before !== undefined && isUp(before.container) && !isUp(container);
  const isolation = news.isolation ?? (hasEnded ? undefined : before?.isolation);
  const snapshot = snapshotOf(record, container, activeTasks, gradeOf(container, isolation));
  return { record, container, activeTasks, isolation, snapshot };
}

/** A create that could not be undone yet, because the engine was lost: nobody sees it, recovery ends it. */
export function isDiscarded({ record }: WorkspaceEntry): boolean {
  return record.intent?.operation === 'discard';
}

/** While an operation is under way, its end says what is so. */
export function contradictsItself({ record, container }: WorkspaceEntry): boolean {
  return !record.intent && statusOf(container, record.status) !== record.status;
}

/** The record with the times at which it and its parts changed, each later than before. */
export function changedNow(record: WorkspaceRecord, before: WorkspaceRecord): WorkspaceRecord {
  const isOnCourse =
    record.status === before.status &&
    record.intent === before.intent &&
    record.lastError === before.lastError;
  return {
    ...record,
    updatedAt: timeAfter(before.updatedAt),
    statusAt: isOnCourse ? before.statusAt : timeAfter(before.statusAt),
  };
}

function gradeOf(
  container: ContainerState,
  isolation: CheckedContainer | undefined,
): IsolationGrade | undefined {
  return isUp(container) && isolation?.containerId === container.id
    ? { grade: isolation.grade, checkedAt: isolation.checkedAt }
    : undefined;
}
