import * as z from 'zod/mini';
import type { RecordSet } from './mergeRecords.ts';
import { parseRecord, recordSchemaVersion, type WorkspaceRecord } from './workspaceRecord.ts';

/** Something stored that is not a record of this version, kept for a person to look at. */
export interface Quarantined {
  readonly reason: string;
  readonly value: unknown;
  /** ISO 8601, UTC. */
  readonly at: string;
}

const envelopeSchema = z.object({
  schema: z.int(),
  workspaces: z.array(z.unknown()),
  removed: z.optional(z.unknown()),
});
const removedSchema = z.array(
  z.strictObject({
    id: z.string(),
    at: z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text)))),
  }),
);

/** What is stored of them; `readRecords` is the way back. */
export function storedForm({ records, removed }: RecordSet): object {
  return {
    schema: recordSchemaVersion,
    workspaces: [...records.values()],
    removed: [...removed].map(([id, at]) => ({ id, at })),
  };
}

/** Reads the stored value. Whatever cannot be read is set aside with the reason; nothing throws, nothing is lost. */
export function readRecords(value: unknown): {
  stored: RecordSet;
  quarantined: readonly Quarantined[];
} {
  const removed = new Map<string, string>();
  const records = new Map<string, WorkspaceRecord>();
  const quarantined: Quarantined[] = [];
  const setAside = (what: unknown, reason: string) =>
    quarantined.push({ value: what, reason, at: new Date().toISOString() });

  if (value === undefined) return { stored: { records, removed }, quarantined };
  const envelope = z.safeParse(envelopeSchema, value);
  if (!envelope.success) setAside(value, 'not a list of workspaces');
  else if (envelope.data.schema !== recordSchemaVersion)
    setAside(value, `stored by another version of Cordon (schema ${envelope.data.schema})`);
  else {
    // Without them nothing is lost: what was removed is removed once more.
    for (const { id, at } of removedSchema.safeParse(envelope.data.removed).data ?? []) removed.set(id, at);
    for (const entry of envelope.data.workspaces) {
      try {
        const record = parseRecord(entry);
        if (records.has(record.id)) setAside(entry, 'a second entry with the same id');
        else records.set(record.id, record);
      } catch (error) {
        setAside(entry, error instanceof Error ? error.message : String(error));
      }
    }
  }
  return { stored: { records, removed }, quarantined };
}
