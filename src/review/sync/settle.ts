import type { BigIntStats } from 'node:fs';
import { rmdir, unlink } from 'node:fs/promises';
import { foldersAbove } from '../../isolation/folderScan.ts';
import { stampOf } from '../change.ts';
import { isDenied } from '../fileErrors.ts';
import { withParent } from '../openFolder.ts';
import type { OpenView } from '../openViews.ts';
import { namesOf } from '../pathBytes.ts';
import { isInOwnFolders } from './ownFolders.ts';
import { lookAt } from './lookAt.ts';

/** The layer in an engine of which the one at hand is a mirror. */
export interface MirroredLayer {
  /** Removes an entry of it; false where it stays there. */
  readonly takeOut: (path: string, isFolder: boolean) => Promise<boolean>;
}

/**
 * Takes out of a layer that is not mounted what was brought in, so that the next mount shows the folder itself there. What
 * the workspace has changed since stays, and so does what is in a folder that it made anew: that hides all below it.
 */
export async function settle(
  { upper, lower, known }: Pick<OpenView, 'upper' | 'lower' | 'known'>,
  mirrored?: MirroredLayer,
): Promise<void> {
  const emptied = new Set<string>();
  const kept = new Set<string>();
  for (const path of known.brought().toSorted().toReversed()) {
    const [written, below] = [await lookAt(upper, path), await lookAt(lower, path)];
    if (written === 'unreadable' || below === 'unreadable') continue;
    const isOurs =
      (await isInOwnFolders(path, { upper, known })) &&
      (!written ||
        (known.isAccepted(path, upper.isWhiteout(written) ? undefined : stampOf(written)) &&
          (!written.isDirectory() || isOwnFolder(path, written))));
    const isOut = isOurs && (!written || (await takeOut(path, written.isDirectory(), upper, mirrored)));
    // What is missing where the folder has it went with a folder that the workspace made anew.
    if (!isOut || (!written && below)) for (const folder of foldersAbove([path])) kept.add(folder);
    else if (written) emptied.add(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
    if (!isOut) continue;
    if (below && !below.isDirectory()) known.set(path, { lower: stampOf(below) });
    else known.forget(path);
  }
  await known.save();

  /** Whether the workspace did not make it anew; a mirror of what it made anew is the same folder. */
  function isOwnFolder(path: string, written: BigIntStats): boolean {
    const noted = known.get(path);
    if (kept.has(path) || !noted?.upper || noted.upper === 'gone') return false;
    if (mirrored) return emptied.has(path) || noted.isNew === true;
    return noted.upper.inode === String(written.ino) && written.birthtimeNs <= BigInt(noted.upper.changedNs);
  }
}

/** False for a folder in which the workspace has something, and for what this process may not remove. */
async function takeOut(
  path: string,
  isFolder: boolean,
  upper: OpenView['upper'],
  mirrored: MirroredLayer | undefined,
): Promise<boolean> {
  try {
    return await withParent(upper, namesOf(path), async (parent, name) => {
      if (isFolder) await rmdir(parent.entry(name));
      if (mirrored && !(await mirrored.takeOut(path, isFolder))) return false;
      if (!isFolder) await unlink(parent.entry(name));
      return true;
    });
  } catch (error) {
    if (isDenied(error) || (error as NodeJS.ErrnoException).code === 'ENOTEMPTY') return false;
    throw error;
  }
}
