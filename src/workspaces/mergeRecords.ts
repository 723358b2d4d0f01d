import type { WorkspaceRecord } from './workspaceRecord.ts';

/** The workspaces that one window knows of, and those that it knows to be gone. */
export interface RecordSet {
  readonly records: ReadonlyMap<string, WorkspaceRecord>;
  /** When each workspace that is gone was removed, by its id; ISO 8601, UTC. */
  readonly removed: ReadonlyMap<string, string>;
}

/** Enough for a window to hear of a removal, however long it slept, and little to store. */
const mostRemoved = 500;

/**
 * Brings together what two windows know. The outcome is the same whoever does it and however often, so
 * that windows which write over each other agree in the end: a workspace stays unless it was removed, which is
 * remembered, and of two versions of a record the later one stays, with the later freeze or release.
 */
export function mergeRecords(ours: RecordSet, theirs: RecordSet): RecordSet {
  const removed = new Map(ours.removed);
  for (const [id, at] of theirs.removed) if (timeOf(at) >= timeOf(removed.get(id))) removed.set(id, at);
  const records = new Map<string, WorkspaceRecord>();
  for (const id of new Set([...ours.records.keys(), ...theirs.records.keys()])) {
    const merged = mergeOne(ours.records.get(id), theirs.records.get(id));
    if (merged && !removed.has(id)) records.set(id, merged);
  }
  return { records, removed: latest(removed) };
}

/** Whether both hold the same. */
export function sameRecords(a: RecordSet, b: RecordSet): boolean {
  return textOf(a) === textOf(b);
}

function mergeOne(
  our: WorkspaceRecord | undefined,
  their: WorkspaceRecord | undefined,
): WorkspaceRecord | undefined {
  return our && their ? withLaterFreeze(later(our, their), our, their) : (our ?? their);
}

/** Of two of the same time any will do, as long as every window takes the same. */
function later(our: WorkspaceRecord, their: WorkspaceRecord): WorkspaceRecord {
  const difference = timeOf(our.updatedAt) - timeOf(their.updatedAt);
  if (difference !== 0) return difference > 0 ? our : their;
  return JSON.stringify(our) >= JSON.stringify(their) ? our : their;
}

/** A window that works on with an older record must not thaw what another one froze meanwhile. */
function withLaterFreeze(
  record: WorkspaceRecord,
  { frozen: ours }: WorkspaceRecord,
  { frozen: theirs }: WorkspaceRecord,
): WorkspaceRecord {
  const frozen = isLaterFreeze(theirs, ours) ? theirs : ours;
  return record.frozen === frozen ? record : { ...record, frozen };
}

/** Of a freeze and a release of the same time the freeze counts. */
function isLaterFreeze(a: WorkspaceRecord['frozen'], b: WorkspaceRecord['frozen']): boolean {
  if (!a || !b) return a !== undefined;
  const difference = timeOf(a.at) - timeOf(b.at);
  return difference > 0 || (difference === 0 && !a.released);
}

function latest(removed: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const newestFirst = [...removed].sort(
    ([idA, a], [idB, b]) => timeOf(b) - timeOf(a) || (idA < idB ? -1 : 1),
  );
  return new Map(newestFirst.slice(0, mostRemoved));
}

function textOf({ records, removed }: RecordSet): string {
  const sorted = (entries: ReadonlyMap<string, unknown>) =>
    [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return JSON.stringify([sorted(records), sorted(removed)]);
}

function timeOf(time: string | undefined): number {
  return time === undefined ? -Infinity : Date.parse(time);
}
