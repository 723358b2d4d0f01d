import { readFile, rm, writeFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { isSameState, readState } from '../entryState.ts';
import { isMissing } from '../fileErrors.ts';
import { withParent, type OpenFolder } from '../openFolder.ts';
import type { OpenView } from '../openViews.ts';
import { namesOf } from '../pathBytes.ts';
import { readProblem } from '../readProblem.ts';
import { noteBrought } from './bringIn.ts';
import { bringingFile } from './bringingFile.ts';
import { lookAt } from './lookAt.ts';
import type { StaleEntry } from './staleEntries.ts';

const noteSchema = z.strictObject({
  tried: z.array(z.strictObject({ path: z.string(), isNew: z.boolean() })),
  /** The folders that the kernel makes for it. */
  made: z.array(z.string()),
});

type Note = z.output<typeof noteSchema>;

/** Runs `work`, which brings this into a view, so that `endBringing` knows of it should the process be killed meanwhile. */
export async function whileNoted<T>(
  own: string,
  tried: readonly StaleEntry[],
  made: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  const note: Note = { tried: tried.map(({ path, isNew }) => ({ path, isNew })), made: [...made] };
  await writeFile(bringingFile(own), JSON.stringify(note));
  try {
    return await work();
  } finally {
    await rm(bringingFile(own), { force: true });
  }
}

/**
 * Ends what a killed process left half brought into a view: what came in is noted as the folder's own. Unless the workspace
 * stood still ever since (`isStill`), only what both have alike is: anything else may be the workspace's.
 */
export async function endBringing(
  view: Pick<OpenView, 'own' | 'upper' | 'lower' | 'known'>,
  isStill: boolean,
): Promise<void> {
  const note = await readNote(view.own);
  if (!note) return;
  const tried: StaleEntry[] = [];
  const brought = new Set<StaleEntry>();
  for (const { path, isNew } of note.tried) {
    const wanted = await lookAt(view.lower, path);
    if (wanted === 'unreadable') continue;
    const entry = { path, isNew, wanted };
    const isAlike = await areAlike(view, path);
    if (isAlike) brought.add(entry);
    if (isAlike || isStill) tried.push(entry);
  }
  await noteBrought(view, { tried, brought, made: note.made });
  await rm(bringingFile(view.own), { force: true });
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

/** Whether the workspace sees there what the folder has. A mark of what is gone stands for nothing. */
async function areAlike({ upper, lower }: Pick<OpenView, 'upper' | 'lower'>, path: string): Promise<boolean> {
  const [above, below] = [await stateAt(upper, path), await stateAt(lower, path)];
  if (!above || !below) return false;
  if (below.kind === 'absent') return above.kind === 'absent' || above.kind === 'special';
  return isSameState(above, below);
}

async function stateAt(
  folder: OpenFolder,
  path: string,
): Promise<Awaited<ReturnType<typeof readState>> | undefined> {
  try {
    return await withParent(folder, namesOf(path), (parent, name) => readState(parent, name));
  } catch (error) {
    const problem = readProblem(error);
    if (problem === undefined) throw error;
    return problem === 'conflict' ? { kind: 'absent' } : undefined;
  }
}
