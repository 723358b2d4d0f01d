import { foldersAbove } from '../../isolation/folderScan.ts';
import type { KnownPaths } from '../knownPaths.ts';
import type { OpenFolder } from '../openFolder.ts';
import { lookAt } from './lookAt.ts';

/**
 * Whether every folder around a path in which the workspace has anything by itself is one that was made for what was brought
 * in: any other may have been removed and made anew, so that it hides all that is below it.
 */
export async function isInOwnFolders(
  path: string,
  { upper, known }: { readonly upper: OpenFolder; readonly known: Pick<KnownPaths, 'get'> },
): Promise<boolean> {
  for (const folder of foldersAbove([path])) {
    const written = await lookAt(upper, folder);
    if (written === 'unreadable') return false;
    if (!written) return true;
    const noted = known.get(folder);
    if (!noted?.brought || noted.upper === 'gone' || noted.upper?.inode !== String(written.ino)) return false;
  }
  return true;
}
