import { readFile, writeFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { typeOf } from '../change.ts';
import { isSameState, readState, type EntryState } from '../entryState.ts';
import { isMissing } from '../fileErrors.ts';
import { withParent, type OpenFolder } from '../openFolder.ts';
import type { OpenView } from '../openViews.ts';
import { namesOf } from '../pathBytes.ts';
import { readProblem } from '../readProblem.ts';
import { noteBrought } from './bringIn.ts';
import { bringingFile, forgetBringing } from './bringingFile.ts';
import { lookAt } from './lookAt.ts';
import type { StaleEntry } from './staleEntries.ts';

const noteSchema = z.strictObject({
  /** When the record of the workspace was last changed, ISO 8601: whatever lets it go on changes that. */
  recordAt: z.string(),
  tried: z.array(z.strictObject({ path: z.string(), isNew: z.boolean() })),
  /** The folders that the kernel makes for it. */
  made: z.array(z.string()),
});

type Note = z.output<typeof noteSchema>;

/** What is brought into a view. */
export interface Bringing {
  readonly recordAt: string;
  readonly tried: readonly StaleEntry[];
  readonly made: readonly string[];
}

/** Runs `work`, which brings this into a view, so that `endBringing` knows of it should the process be killed meanwhile. */
export async function whileNoted<T>(
  own: string,
  { recordAt, tried, made }: Bringing,
  work: () => Promise<T>,
): Promise<T> {
  const note: Note = {
    recordAt,
    tried: tried.map(({ path, isNew }) => ({ path, isNew })),
    made: [...made],
  };
  await writeFile(bringingFile(own), JSON.stringify(note));
  try {
    return await work();
  } finally {
    await forgetBringing(own);
  }
}

/**
 * Ends what a killed process left half brought into a view: what came in is noted as the folder's own. Only for a workspace
 * that stands still ever since, and whose record was not changed since `recordAt`: anything else may be its own.
 */
export async function endBringing(
  view: Pick<OpenView, 'own' | 'upper' | 'lower' | 'known'>,
  recordAt: string,
): Promise<void> {
  const note = await readNote(view.own);
  if (note?.recordAt === recordAt) {
    const tried: StaleEntry[] = [];
    const brought = new Set<StaleEntry>();
    for (const { path, isNew } of note.tried) {
      const wanted = await lookAt(view.lower, path);
      if (wanted === 'unreadable') continue;
      const entry = { path, isNew, wanted };
      tried.push(entry);
      if (await isThere(view, entry)) brought.add(entry);
    }
    await noteBrought(view, { tried, brought, made: note.made });
  }
  await forgetBringing(view.own);
}

async function readNote(own: string): Promise<Note | undefined> {
  try {
    // A process that is killed while it writes this has brought nothing in yet.
    return noteSchema.safeParse(JSON.parse(await readFile(bringingFile(own), 'utf8'))).data;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether the view has what the folder has, whole. */
async function isThere(
  { upper, lower }: Pick<OpenView, 'upper' | 'lower'>,
  { path, wanted }: Pick<StaleEntry, 'path' | 'wanted'>,
): Promise<boolean> {
  const written = await lookAt(upper, path);
  if (written === 'unreadable') return false;
  if (!wanted) return !written || upper.isWhiteout(written);
  // What came in part is shorter, or the folder has something else by now: neither is read.
  if (!written || typeOf(written) !== typeOf(wanted)) return false;
  if (wanted.isFile() && written.size !== wanted.size) return false;
  const [above, below] = [await stateAt(upper, path), await stateAt(lower, path)];
  return above !== undefined && below !== undefined && isSameState(above, below);
}

async function stateAt(folder: OpenFolder, path: string): Promise<EntryState | undefined> {
  try {
    return await withParent(folder, namesOf(path), (parent, name) => readState(parent, name));
  } catch (error) {
    if (readProblem(error) === undefined) throw error;
    return undefined;
  }
}
