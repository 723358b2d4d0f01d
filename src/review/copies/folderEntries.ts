import type { BigIntStats } from 'node:fs';
import { foldersAbove } from '../../isolation/folderScan.ts';
import { allEnded } from '../../shared/allEnded.ts';
import { typeOf } from '../change.ts';
import { isDenied, leadsNowhere } from '../fileErrors.ts';
import { withFolder, withParent, type OpenFolder } from '../openFolder.ts';
import { namesOf, pathText } from '../pathBytes.ts';
import { readProblem } from '../readProblem.ts';
import type { LeftOut } from './leftOut.ts';

/** Something in a folder that can be copied. */
export interface FolderEntry {
  readonly path: string;
  readonly stats: BigIntStats;
}

/** What of a folder can be copied, and what cannot although nobody left it out. */
export interface FolderEntries {
  /** Folders before what is in them. */
  readonly entries: readonly FolderEntry[];
  /** What this process may not read, and what is no file, folder or link. */
  readonly leftOut: readonly string[];
}

/** More of them at once do not make a disk quicker. */
const atOnce = 32;

/** Finds all in a folder that is to be copied. Other disks that are mounted in it are empty folders, as in any view. */
export async function folderEntries(
  folder: OpenFolder,
  isLeftOut: LeftOut,
  signal?: AbortSignal,
): Promise<FolderEntries> {
  const entries: FolderEntry[] = [];
  const leftOut: string[] = [];
  const visit = async (at: OpenFolder, above: string): Promise<void> => {
    signal?.throwIfAborted();
    const names = await at.names();
    const folders: (readonly [Buffer, string])[] = [];
    for (let from = 0; from < names.length; from += atOnce)
      await allEnded(
        names.slice(from, from + atOnce).map(async (name) => {
          const path = above === '' ? pathText(name) : `${above}/${pathText(name)}`;
          const stats = await at.look(name);
          if (!stats) return;
          const type = typeOf(stats);
          if (isLeftOut(path, type === 'folder')) return;
          if (type === 'special') leftOut.push(path);
          else entries.push({ path, stats });
          if (type === 'folder' && stats.dev === folder.stats.dev) folders.push([name, path]);
        }),
      );
    for (const [name, path] of folders)
      await withFolder(at.folder(name), (inner) => visit(inner, path)).catch((error: unknown) => {
        if (isDenied(error)) leftOut.push(path);
        // Somebody has removed it meanwhile.
        else if (!leadsNowhere(error)) throw error;
      });
  };
  await visit(folder, '');
  return { entries, leftOut };
}

/** Those of these paths that can be copied, and the folders on the way to them. */
export async function entriesAt(
  folder: OpenFolder,
  paths: readonly string[],
): Promise<readonly FolderEntry[]> {
  const entries: FolderEntry[] = [];
  for (const path of [...new Set([...foldersAbove(paths), ...paths])].sort()) {
    const stats = await withParent(folder, namesOf(path), (parent, name) => parent.look(name)).catch(
      (error: unknown) => {
        if (readProblem(error) === undefined) throw error;
        return undefined;
      },
    );
    if (stats && typeOf(stats) !== 'special') entries.push({ path, stats });
  }
  return entries;
}
