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
