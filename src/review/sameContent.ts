import type { BigIntStats } from 'node:fs';
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { open, readlink, type FileHandle } from 'node:fs/promises';
import type { Entry } from './difference.ts';
import { openedStats } from './openFolder.ts';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const chunkBytes = 128 * 1024;
/** Files of one size that are larger than this are taken for different: a comparison would take as long as a person waits. */
const mostComparedBytes = 64n * 1024n * 1024n;

/** Whether two files hold the same bytes, or two symbolic links the same path. Rejects with `EACCES` where one may not be read. */
export async function isSameContent(a: Entry, b: Entry): Promise<boolean> {
  if (a.stats.isSymbolicLink()) {
    const [one, other] = await Promise.all([a, b].map(linkTarget));
    return one?.equals(other ?? Buffer.alloc(0)) === true;
  }
  if (!a.stats.isFile() || a.stats.size !== b.stats.size || a.stats.size > mostComparedBytes) return false;
  return await withFile(a, (one) => withFile(b, (other) => holdSame(one, other)));
}

/** What a symbolic link leads to, as it is written. */
export function linkTarget({ folder, name }: Pick<Entry, 'folder' | 'name'>): Promise<Buffer> {
  return readlink(folder.entry(name), { encoding: 'buffer' });
}

/** Opens the very file that was looked at, and waits for nobody at its other end. Rejects where it is another one now. */
export async function withFile<T>(entry: Entry, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(entry.folder.entry(entry.name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    if (!isSameFile(fstatSync(file.fd, { bigint: true }), entry.stats)) throw new Replaced();
    return await work(file);
  } finally {
    await file.close();
  }
}

/**
 * The same for a file of a workspace, whose processes may store into it by way of their memory: the first store into a page
 * changes the time of the file, and no other one until the page is on the disk. With all pages there before anything is
 * read, every later store can be told. So whatever was shown is still that or counts as changed at an accept, and what was
 * accepted counts as changed once it is another one. A list of thousands of files cannot wait for the disk. All that it
 * takes from what a file holds is whether that is text, and whether it is the same as in the folder, which an accept
 * finds out anew while the workspace stands still.
 */
export async function withSettledFile<T>(entry: Entry, work: (file: FileHandle) => Promise<T>): Promise<T> {
  return await withFile(entry, async (file) => {
    await file.datasync();
    return await work(file);
  });
}

/** Opens that without waiting for a thread; whoever calls closes the descriptor. Throws where it is another one now. */
export function openLooked({ folder, name, stats }: Entry): number {
  const descriptor = openSync(folder.entry(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (isSameFile(openedStats(descriptor), stats)) return descriptor;
  closeSync(descriptor);
  throw new Replaced();
}

/** What was looked at is another one now, or was written to since. */
export class Replaced extends Error {}

/** Whether nothing was done to a file between two looks. */
export function isSameFile(a: BigIntStats, b: BigIntStats): boolean {
  return (
    a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mode === b.mode && a.ctimeNs === b.ctimeNs
  );
}

async function holdSame(one: FileHandle, other: FileHandle): Promise<boolean> {
  const [a, b] = [Buffer.alloc(chunkBytes), Buffer.alloc(chunkBytes)];
  for (;;) {
    const [{ bytesRead }, { bytesRead: others }] = await Promise.all([fill(one, a), fill(other, b)]);
    if (bytesRead !== others || !a.subarray(0, bytesRead).equals(b.subarray(0, others))) return false;
    if (bytesRead < chunkBytes) return true;
  }
}

/** Reads until the buffer is full or the file ends. */
async function fill(file: FileHandle, buffer: Buffer): Promise<{ readonly bytesRead: number }> {
  let at = 0;
  while (at < buffer.length) {
    const { bytesRead } = await file.read(buffer, at, buffer.length - at, null);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return { bytesRead: at };
}
