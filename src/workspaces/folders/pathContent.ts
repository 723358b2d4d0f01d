import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';

/** Protected places hold a few small files; what is more than this is never taken for known. */
const mostFiles = 2000;
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
 * than can be known.
 */
export async function contentsOf(
  root: string,
  path: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  const contents = new Map<string, string>();
  const waiting = [path];
  let bytes = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const full = `${root}/${next}`;
    const stats = await lstat(full).catch(() => undefined);
    if (!stats) continue;
    bytes += stats.size;
    if (contents.size >= mostFiles || bytes > mostBytes) return undefined;
    if (stats.isDirectory())
      for (const name of await readdir(full).catch(() => [])) waiting.push(`${next}/${name}`);
    else if (stats.isSymbolicLink()) contents.set(next, `link ${await readlink(full).catch(() => '')}`);
    else if (stats.isFile())
      contents.set(next, contentHash(await readFile(full).catch(() => new Uint8Array())));
    else contents.set(next, 'special');
  }
  return contents;
}
