import type { WorkspaceRecord } from './workspaceRecord.ts';

type Records = ReadonlyMap<string, WorkspaceRecord>;

/**
 * Brings together what this window has and what another window stored meanwhile. `base` is what both last agreed on:
 * what is gone from one side since then was removed, what is new on one side was made, and of two changes of one
 * record the later one stays, with the later freeze or release.
 */
export function mergeRecords(base: Records, ours: Records, theirs: Records): Map<string, WorkspaceRecord> {
  const merged = new Map<string, WorkspaceRecord>();
  for (const id of new Set([...ours.keys(), ...theirs.keys()])) {
    const our = ours.get(id);
    const their = theirs.get(id);
    if (our && their) merged.set(id, withLaterFreeze(later(our, their), our, their));
    else if (our && !base.has(id)) merged.set(id, our);
    else if (our && changedSince(base, our)) merged.set(id, our);
    else if (their && !base.has(id)) merged.set(id, their);
  }
  return merged;
}

function later(our: WorkspaceRecord, their: WorkspaceRecord): WorkspaceRecord {
  return Date.parse(their.updatedAt) > Date.parse(our.updatedAt) ? their : our;
}

/** A window that works on with an older record must not thaw what another one froze meanwhile. */
function withLaterFreeze(
  record: WorkspaceRecord,
  { frozen: ours }: WorkspaceRecord,
  { frozen: theirs }: WorkspaceRecord,
): WorkspaceRecord {
  const frozen = timeOf(theirs) > timeOf(ours) ? theirs : ours;
  return record.frozen === frozen ? record : { ...record, frozen };
}

function timeOf(frozen: WorkspaceRecord['frozen']): number {
  return frozen ? Date.parse(frozen.at) : 0;
}

/** A record that another window removed while this one worked on it stays: the work will say what becomes of it. */
function changedSince(base: Records, our: WorkspaceRecord): boolean {
  return our.intent !== undefined && base.get(our.id) !== our;
}
