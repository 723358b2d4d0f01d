import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, readlink, type FileHandle } from 'node:fs/promises';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
/** Protected places hold a few small files; what is more than this is never taken for known. */
const mostPlaces = 2000;
const mostBytes = 32 * 1024 * 1024;

/** Names the file that is at a path now; another one with the same content has another name. */
export async function identityOf(path: string): Promise<string | undefined> {
  const stats = await lstat(path, { bigint: true }).catch(() => undefined);
  return stats && `${stats.dev}:${stats.ino}`;
}

/** The hash of a file's content, as `contentsOf` has it. */
export function contentHash(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The hash of a text. */
export function textHash(text: string): string {
  return contentHash(new TextEncoder().encode(text));
}

/**
 * The files at or below a path with a hash of what is in each; symbolic links are not followed. `undefined` for more
 * than can be known, and for what is replaced while it is looked at.
 */
export async function contentsOf(
  root: string,
  path: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  const contents = new Map<string, string>();
  const waiting = [path];
  let places = 0;
  let bytes = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const full = `${root}/${next}`;
    const stats = await lstat(full).catch(() => undefined);
    if (!stats) continue;
    bytes += stats.size;
    // Whoever makes folders faster than they are looked at must not keep the look from ending.
    if (++places > mostPlaces || bytes > mostBytes) return undefined;
    if (stats.isDirectory())
      for (const name of await readdir(full).catch(() => [])) waiting.push(`${next}/${name}`);
    else if (stats.isSymbolicLink()) contents.set(next, `link ${await readlink(full).catch(() => '')}`);
    else if (stats.isFile()) {
      const hash = await hashOfFile(full, stats.size);
      if (hash === undefined) return undefined;
      contents.set(next, hash);
    } else contents.set(next, 'special');
  }
  return contents;
}

/** The hash of a file of at most so many bytes; `undefined` where something else took its place. */
async function hashOfFile(path: string, mostSize: number): Promise<string | undefined> {
  let file: FileHandle | undefined;
  try {
    // A link is refused, and a pipe that took the place of a file does not hold up the reader. Windows knows neither.
    file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!(await file.stat()).isFile() || !(await isAt(file, path))) return undefined;
    return await hashOf(file, mostSize);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // It may stay so, and whoever may not read it may not run it.
    return code === 'EACCES' || code === 'EPERM' ? 'unreadable' : undefined;
  } finally {
    await file?.close();
  }
}

/** Whether no folder on the way was a symbolic link when a file was opened; only Linux tells. */
async function isAt(file: FileHandle, path: string): Promise<boolean> {
  return process.platform !== 'linux' || (await readlink(`/proc/self/fd/${file.fd}`)) === path;
}

async function hashOf(file: FileHandle, mostSize: number): Promise<string | undefined> {
  const hash = createHash('sha256');
  let size = 0;
  // One byte more tells that it grew.
  const content = file.createReadStream({ start: 0, end: mostSize });
  for await (const chunk of content as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  return size > mostSize ? undefined : hash.digest('hex');
}
