import { isSameStamp, stampOf } from '../change.ts';
import type { KnownPaths } from '../knownPaths.ts';
import type { OpenFolder } from '../openFolder.ts';
import { CopiedPaths } from './copiedPaths.ts';
import { folderEntries } from './folderEntries.ts';
import type { LeftOut } from './leftOut.ts';

/** A copy beside the folder that it is of. */
export interface ComparedCopy {
  readonly copied: Pick<CopiedPaths, 'has'>;
  /** Paths that the folder has otherwise than the copy, and that Cordon did not write. */
  readonly pending: readonly string[];
  /** What cannot be copied: what may not be read, devices, sockets and FIFOs. */
  readonly leftOut: number;
}

/** Finds how far a copy is behind its folder. `own` is where what belongs to the view is kept. */
export async function compareCopy(
  own: string,
  folder: OpenFolder,
  { known, isLeftOut }: { readonly known: Pick<KnownPaths, 'get'>; readonly isLeftOut: LeftOut },
  signal?: AbortSignal,
): Promise<ComparedCopy> {
  const copied = await CopiedPaths.load(own);
  const { entries, leftOut } = await folderEntries(folder, isLeftOut, signal);
  const there = new Set(entries.map(({ path }) => path));
  const isPending = ({ path, stats }: (typeof entries)[number]) => {
    // What was accepted is counted by itself.
    if (copied.isSame(path, stats) || known.get(path)?.upper !== undefined) return false;
    const undone = known.get(path)?.lower;
    return !undone || !isSameStamp(undone, stampOf(stats));
  };
  const removed = [...copied.paths()].filter(
    (path) => copied.has(path) && !there.has(path) && known.get(path)?.upper === undefined,
  );
  const pending = [...entries.filter(isPending).map(({ path }) => path), ...removed];
  return { copied, pending, leftOut: leftOut.length };
}
