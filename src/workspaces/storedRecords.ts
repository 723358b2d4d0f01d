import * as z from 'zod/mini';
import { parseRecord, recordSchemaVersion, type WorkspaceRecord } from './workspaceRecord.ts';

/** Something stored that is not a record of this version, kept for a person to look at. */
export interface Quarantined {
  readonly reason: string;
  readonly value: unknown;
  /** ISO 8601, UTC. */
  readonly at: string;
}

const envelopeSchema = z.object({ schema: z.int(), workspaces: z.array(z.unknown()) });

/** Reads the stored value. Whatever cannot be read is set aside with the reason; nothing throws, nothing is lost. */
export function readRecords(stored: unknown): {
  records: Map<string, WorkspaceRecord>;
  quarantined: readonly Quarantined[];
} {
  const records = new Map<string, WorkspaceRecord>();
  const quarantined: Quarantined[] = [];
  const setAside = (value: unknown, reason: string) =>
    quarantined.push({ value, reason, at: new Date().toISOString() });

  if (stored === undefined) return { records, quarantined };
  const envelope = z.safeParse(envelopeSchema, stored);
  if (!envelope.success) setAside(stored, 'not a list of workspaces');
  else if (envelope.data.schema !== recordSchemaVersion)
    setAside(stored, `stored by another version of Cordon (schema ${envelope.data.schema})`);
  else
    for (const value of envelope.data.workspaces) {
      try {
        const record = parseRecord(value);
        if (records.has(record.id)) setAside(value, 'a second entry with the same id');
        else records.set(record.id, record);
      } catch (error) {
        setAside(value, error instanceof Error ? error.message : String(error));
      }
    }
  return { records, quarantined };
}
