import type { TimelineEntry } from './timelineEntry.ts';

/** What an export of a timeline holds, as JSON: `schema` and `version` say how to read it. */
export interface TimelineDocument {
  readonly schema: 'cordon.timeline';
  readonly version: 1;
  /** ISO 8601, UTC. */
  readonly exportedAt: string;
  readonly workspace: { readonly id: string; readonly name: string };
  /** Oldest first. */
  readonly entries: readonly Omit<TimelineEntry, 'workspaceId'>[];
}

/** A timeline as a document that is of use without Cordon. */
export function timelineDocument(
  { id, name }: { readonly id: string; readonly name: string },
  entries: readonly TimelineEntry[],
  exportedAt: Date,
): TimelineDocument {
  return {
    schema: 'cordon.timeline',
    version: 1,
    exportedAt: exportedAt.toISOString(),
    workspace: { id, name },
    entries: entries.map(({ workspaceId, ...entry }) => entry),
  };
}
