import * as z from 'zod/mini';
import { entryStateSchema } from './entryState.ts';

const stepSchema = z.strictObject({
  step: z.literal('change'),
  path: z.string(),
  /** The name of what was prepared beside the path, and of the copy of the file that was there before. */
  draft: z.string(),
  before: entryStateSchema,
  after: entryStateSchema,
  /** A person made it of a conflict: what the workspace has there is still older than what the folder had. */
  merged: z.optional(z.literal(true)),
});
const lineSchema = z.discriminatedUnion('step', [
  z.strictObject({ step: z.enum(['begin', 'undo']), owner: z.int(), at: z.string() }),
  z.strictObject({ step: z.literal('prepare'), path: z.string(), draft: z.string() }),
  z.strictObject({ step: z.literal('open'), path: z.string(), mode: z.int() }),
  stepSchema,
  z.strictObject({ step: z.literal('done') }),
]);

export type JournalLine = z.output<typeof lineSchema>;

/** One path that was changed, or was about to be. */
export type JournalStep = z.output<typeof stepSchema>;

/** What an accept did to the folder, or was about to do. */
export interface JournalContent {
  /** The number of the process that accepted, or undid that. */
  readonly owner: number;
  readonly at: string;
  readonly steps: readonly JournalStep[];
  /** What may still lie beside its path. */
  readonly drafts: readonly { readonly path: string; readonly draft: string }[];
  /** Folders that may have been left open to be written into, and the modes that they are to have again. */
  readonly opened: ReadonlyMap<string, number>;
  /** False where the accept, or the undo of it, did not come to its end. */
  readonly isDone: boolean;
  /** Not all of it can be read: something may have been done to the folder that it does not tell. */
  readonly isDamaged: boolean;
}

/** Reads a journal; `undefined` for one that was never begun. A last line that was cut off was about something that never began. */
export function parseJournal(text: string): JournalContent | undefined {
  const all = text.split('\n').slice(0, -1).map(parseLine);
  if (all.length === 0) return undefined;
  const lines = all.filter((line) => line !== undefined);
  // At the end of an accept all are closed.
  const since = lines.slice(lines.findLastIndex(({ step }) => step === 'done') + 1);
  const begin = lines.filter((line) => 'owner' in line).at(-1);
  return {
    owner: begin?.owner ?? 0,
    at: begin?.at ?? '',
    steps: lines.filter((line) => line.step === 'change'),
    drafts: lines.filter((line) => line.step === 'prepare'),
    opened: new Map(since.flatMap((line) => (line.step === 'open' ? [[line.path, line.mode]] : []))),
    isDone: lines.findLast(({ step }) => step === 'done' || step === 'undo')?.step === 'done',
    isDamaged: !begin || lines.length < all.length,
  };
}

function parseLine(line: string): JournalLine | undefined {
  try {
    return z.parse(lineSchema, JSON.parse(line));
  } catch {
    return undefined;
  }
}
