import { rmdir, unlink } from 'node:fs/promises';
import { isWhiteout, stampOf } from '../change.ts';
import { foldersAbove } from '../../isolation/folderScan.ts';
import { isDenied } from '../fileErrors.ts';
import type { OpenView } from '../openViews.ts';
import { withParent } from '../openFolder.ts';
import { namesOf } from '../pathBytes.ts';
import { lookAt } from './staleEntries.ts';

/** Removes an entry of the layer of which the one at hand is a mirror; false where it stays there. */
export type TakeOutThere = (path: string, isFolder: boolean) => Promise<boolean>;

/**
 * Takes out of a layer that is not mounted what was brought in, so that the next mount shows the folder itself there. What
 * the workspace has changed since stays, and so does what is in a folder that it made anew: that hides all below it.
 */
export async function settle(
  { upper, lower, known }: Pick<OpenView, 'upper' | 'lower' | 'known'>,
  takeOutThere: TakeOutThere = () => Promise.resolve(true),
): Promise<void> {
  for (const path of known.brought().toSorted().toReversed()) {
    if (!(await isOnWayOfOurs(path, { upper, known }))) continue;
    const written = await lookAt(upper, path);
    if (written === 'unreadable') continue;
    const isFolder = written?.isDirectory() === true;
    const isOurs =
      !written || isFolder || known.isAccepted(path, isWhiteout(written) ? undefined : stampOf(written));
    if (!isOurs) continue;
    if (written && !(await takeOut(path, isFolder, upper, takeOutThere))) continue;
    const below = await lookAt(lower, path);
    if (below && below !== 'unreadable' && !below.isDirectory()) known.set(path, { lower: stampOf(below) });
    else known.forget(path);
  }
  await known.save();
}

/** Whether every folder on the way is the very one that was made for what was brought in. */
async function isOnWayOfOurs(
  path: string,
  { upper, known }: Pick<OpenView, 'upper' | 'known'>,
): Promise<boolean> {
  for (const folder of foldersAbove([path])) {
    const [noted, written] = [known.get(folder), await lookAt(upper, folder)];
    if (written === 'unreadable' || !noted?.brought || noted.upper === 'gone') return false;
    if (written && String(written.ino) !== noted.upper?.inode) return false;
  }
  return true;
}

/** False for a folder in which the workspace has something, and for what this process may not remove. */
async function takeOut(
  path: string,
  isFolder: boolean,
  upper: OpenView['upper'],
  takeOutThere: TakeOutThere,
): Promise<boolean> {
  try {
    return await withParent(upper, namesOf(path), async (parent, name) => {
      if (isFolder) await rmdir(parent.entry(name));
      if (!(await takeOutThere(path, isFolder))) return false;
      if (!isFolder) await unlink(parent.entry(name));
      return true;
    });
  } catch (error) {
    if (isDenied(error) || (error as NodeJS.ErrnoException).code === 'ENOTEMPTY') return false;
    throw error;
  }
}
