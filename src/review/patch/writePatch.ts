import { foldersAbove } from '../../isolation/folderScan.ts';
import { isSameStamp, stampOf, type Blocker, type Change, type Stamp } from '../change.ts';
import { withParent, type OpenFolder } from '../openFolder.ts';
import { namesOf } from '../pathBytes.ts';
import { readProblem } from '../readProblem.ts';
import { readWhole } from '../readSide.ts';
import { linkTarget, Replaced } from '../sameContent.ts';
import { gitPath, refusedByGit } from './gitPath.ts';
import { patchEntry, type PatchSide } from './patchEntry.ts';

/** A patch is for people and for mails: nobody sends more of one file in it. */
const mostBytes = 64 * 1024 * 1024;

/** Why a change is not in a patch. */
export type LeftOut =
  | Blocker
  /** It changed while it was read. */
  | 'conflict'
  /** Git knows neither empty folders nor any right but that a file can be run. */
  | 'unknownToGit'
  /** Git takes no patch for what is in a `.git`. */
  | 'refusedByGit';

export interface LeftOutChange {
  readonly path: string;
  readonly reason: LeftOut;
}

/** What became of a patch. */
export interface PatchResult {
  /** Paths whose changes are in it. */
  readonly written: readonly string[];
  readonly leftOut: readonly LeftOutChange[];
}

/** Writes changes as a patch that `git apply` takes in the folder. What it does not say stands at its end as a comment. */
export async function writePatch(
  changes: readonly Change[],
  { upper, lower }: { readonly upper: OpenFolder; readonly lower: OpenFolder },
  write: (chunk: Buffer) => Promise<void>,
  signal?: AbortSignal,
): Promise<PatchResult> {
  const written: string[] = [];
  const leftOut: LeftOutChange[] = [];
  const filled = new Set(foldersAbove(changes.map(({ path }) => path)));
  for (const change of changes) {
    signal?.throwIfAborted();
    const reason = await writeChange(change, upper, lower, write).catch(reasonOf);
    if (reason === undefined) written.push(change.path);
    else if (reason !== 'unknownToGit' || !filled.has(change.path) || change.kind === 'modified')
      leftOut.push({ path: change.path, reason });
  }
  const told = leftOut.map(({ path, reason }) => `# Not in this patch (${reason}): ${gitPath('', path)}\n`);
  if (told.length > 0) await write(Buffer.from(told.join('')));
  return { written, leftOut };
}

async function writeChange(
  { path, kind, type, blocker, upper: has, lower: had }: Change,
  upper: OpenFolder,
  lower: OpenFolder,
  write: (chunk: Buffer) => Promise<void>,
): Promise<LeftOut | undefined> {
  if (blocker) return blocker;
  if (refusedByGit(path, type)) return 'refusedByGit';
  const before = had && (await readPatchSide(lower, path, had));
  const after = kind === 'deleted' ? undefined : has && (await readPatchSide(upper, path, has));
  if (before === 'tooLarge' || after === 'tooLarge') return 'tooLarge';
  const chunks = await patchEntry(path, before, after);
  for (const chunk of chunks) await write(chunk);
  return chunks.length === 0 ? 'unknownToGit' : undefined;
}

/** Gives `undefined` for what git does not keep, and rejects with `Replaced` where it is not what was listed. */
async function readPatchSide(
  root: OpenFolder,
  path: string,
  listed: Stamp,
): Promise<PatchSide | 'tooLarge' | undefined> {
  return await withParent(root, namesOf(path), async (folder, name) => {
    const stats = await folder.look(name);
    if (!stats || !isSameStamp(stampOf(stats), listed)) throw new Replaced();
    if (stats.isSymbolicLink()) return { mode: '120000', content: await linkTarget({ folder, name }) };
    if (!stats.isFile()) return undefined;
    if (stats.size > mostBytes) return 'tooLarge';
    const mode = (stats.mode & 0o100n) === 0n ? '100644' : '100755';
    return { mode, content: await readWhole({ folder, name, stats }) };
  });
}

function reasonOf(error: unknown): LeftOut {
  const reason = readProblem(error);
  if (reason === undefined) throw error;
  return reason;
}
