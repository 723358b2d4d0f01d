import { lchown, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Everything below a folder, hidden files included. */
export async function entriesOf(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).sort();
}

/** Gives a folder and all that is in it to an ordinary user where this process is root. */
export async function ownedByPerson(folder: string): Promise<void> {
  if (process.getuid!() !== 0) return;
  await lchown(folder, 1000, 1000);
  for (const path of await entriesOf(folder)) await lchown(join(folder, path), 1000, 1000);
}
