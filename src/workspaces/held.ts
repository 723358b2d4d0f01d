import { timeAfter } from '../shared/timeAfter.ts';
import type { WorkspaceRecord } from './workspaceRecord.ts';

type Marked = Pick<WorkspaceRecord, 'held'>;

/** Whether some process holds the container still, or was killed while it did. */
export function isHeldStill({ held }: Marked): boolean {
  return held !== undefined && held.over !== true;
}

/** The mark of a workspace that a process holds still from now on. */
export function heldNow({ held }: Marked, owner: number): NonNullable<WorkspaceRecord['held']> {
  return { owner, at: timeAfter(held?.at) };
}

/** The record of a workspace that nobody holds still. */
export function goneOn<T extends Marked>(record: T): T {
  const { held } = record;
  return held && !held.over ? { ...record, held: { ...held, at: timeAfter(held.at), over: true } } : record;
}
