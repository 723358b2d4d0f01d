import { lstat, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { entriesOf } from './folders.ts';

/** Everything below a folder by its path: what it is, its mode and what it holds. */
export async function folderState(folder: string): Promise<Readonly<Record<string, string>>> {
  const states: Record<string, string> = {};
  for (const path of await entriesOf(folder)) {
    const full = join(folder, path);
    const stats = await lstat(full);
    const mode = (stats.mode & 0o7777).toString(8);
    if (stats.isSymbolicLink()) states[path] = `link ${await readlink(full)}`;
    else if (stats.isFile()) states[path] = `file ${mode} ${await readFile(full, 'utf8')}`;
    else states[path] = `${stats.isDirectory() ? 'folder' : 'other'} ${mode}`;
  }
  return states;
}

const moved = ' moved';

/** Whether a stamp is of something that was moved as a whole, or given another mode, after its entries were last changed. */
export function mayBeMoved(stamp: string | undefined): boolean {
  return stamp?.endsWith(moved) === true;
}

/** What changes with whatever is done to anything below a folder, by its path. */
export async function folderStamps(folder: string): Promise<Readonly<Record<string, string>>> {
  const stamps: Record<string, string> = {};
  for (const path of await entriesOf(folder)) {
    const { ino, mtimeNs, ctimeNs } = await lstat(join(folder, path), { bigint: true });
    stamps[path] = `${ino} ${ctimeNs}${mtimeNs < ctimeNs ? moved : ''}`;
  }
  return stamps;
}

/** The paths at which two of these differ. */
export function differing(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.keys({ ...a, ...b }).filter((path) => a[path] !== b[path]);
}
