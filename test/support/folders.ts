import { lchown, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Everything below a folder, hidden files included. No link is followed. */
export async function entriesOf(folder: string): Promise<string[]> {
  // Without the types what a link leads to is listed once more below the link.
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).sort();
}

/** Gives a folder and all that is in it to an ordinary user where this process is root. */
export async function ownedByPerson(folder: string): Promise<void> {
  if (process.getuid!() !== 0) return;
  await lchown(folder, 1000, 1000);
  for (const path of await entriesOf(folder)) await lchown(join(folder, path), 1000, 1000);
}
