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
 * remembered, and of two versions of a record the later one stays. What changes by itself counts by itself: a window
 * that works on with an older record brings back neither an operation that has ended, nor a freeze or a sleep that is over.
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
  if (!our || !their) return our ?? their;
  const record = isLaterPart(restOf(their), restOf(our)) ? their : our;
  const course = isLaterPart(courseOf(their), courseOf(our)) ? their : our;
  const frozen = isLaterMark(their.frozen, our.frozen) ? their.frozen : our.frozen;
  const held = isLaterMark(their.held, our.held) ? their.held : our.held;
  const idle = isLaterMark(their.idle, our.idle) ? their.idle : our.idle;
  const isWhole =
    record === course && record.frozen === frozen && record.held === held && record.idle === idle;
  return isWhole ? record : { ...record, ...courseOf(course).value, frozen, held, idle };
}

/** Something of a record that changes by itself, and since when it is so; ISO 8601, UTC. */
interface Part {
  readonly at: string;
  readonly value: object;
}

/** How far things have come: an operation begins and ends in all of these at once. */
function courseOf({ status, statusAt, intent, lastError }: WorkspaceRecord): Part {
  return { at: statusAt, value: { status, statusAt, intent, lastError } };
}

function restOf(record: WorkspaceRecord): Part {
  const { status, statusAt, intent, lastError, frozen, held, idle, ...value } = record;
  return { at: record.updatedAt, value };
}

/** Of two of the same time any will do, as long as every window takes the same. */
function isLaterPart(a: Part, b: Part): boolean {
  const difference = timeOf(a.at) - timeOf(b.at);
  return difference === 0 ? canonical(a.value) > canonical(b.value) : difference > 0;
}

interface Mark {
  readonly at: string;
  readonly released?: boolean | undefined;
  readonly over?: boolean | undefined;
}

/** Of a mark and one of the same time that ends it the first counts. */
function isLaterMark(a: Mark | undefined, b: Mark | undefined): boolean {
  if (!a || !b) return a !== undefined;
  const difference = timeOf(a.at) - timeOf(b.at);
  if (difference !== 0) return difference > 0;
  const [endsA, endsB] = [a, b].map(({ released, over }) => released === true || over === true);
  return endsA === endsB ? canonical(a) > canonical(b) : endsB === true;
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
  return canonical([sorted(records), sorted(removed)]);
}

/** The same text for the same values, in whatever order an object names them: what was stored and read has another one. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function timeOf(time: string | undefined): number {
  return time === undefined ? -Infinity : Date.parse(time);
}
