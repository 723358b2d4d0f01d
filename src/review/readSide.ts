import type { FileHandle } from 'node:fs/promises';
import type { Entry } from './difference.ts';
import { leadsNowhere } from './fileErrors.ts';
import { withParent, type OpenFolder } from './openFolder.ts';
import { namesOf } from './pathBytes.ts';
import { isSameFile, linkTarget, Replaced, withSettledFile } from './sameContent.ts';

/** What one side of a change holds, to be shown. */
export type SideContent =
  | { readonly kind: 'text'; readonly bytes: Buffer }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'nothing' | 'folder' | 'special' }
  /** Too large to be shown, with its size. */
  | { readonly kind: 'large'; readonly size: number };

/** Reads what a workspace has at a path or its folder, links not followed, as long as it has no more than so many bytes. */
export async function readSide(root: OpenFolder, path: string, mostBytes: number): Promise<SideContent> {
  return await withParent(root, namesOf(path), async (folder, name): Promise<SideContent> => {
    const stats = await folder.look(name);
    if (!stats) return { kind: 'nothing' };
    if (stats.isDirectory()) return { kind: 'folder' };
    if (stats.isSymbolicLink()) return { kind: 'link', target: String(await linkTarget({ folder, name })) };
    if (!stats.isFile()) return { kind: 'special' };
    if (stats.size > mostBytes) return { kind: 'large', size: Number(stats.size) };
    const bytes = await withSettledFile({ folder, name, stats }, (file) => readAll(file, Number(stats.size)));
    return { kind: 'text', bytes };
  }).catch((error: unknown): SideContent => {
    if (leadsNowhere(error)) return { kind: 'nothing' };
    throw error;
  });
}

/** Reads the very file that was looked at, as a whole. Rejects with `Replaced` where it is another one, or changed meanwhile. */
export async function readWhole(entry: Entry): Promise<Buffer> {
  return await withSettledFile(entry, async (file) => {
    const content = await readAll(file, Number(entry.stats.size));
    if (!isSameFile(await file.stat({ bigint: true }), entry.stats)) throw new Replaced();
    return content;
  });
}

/** Reads a file up to the size that it had when it was looked at: it may grow. */
async function readAll(file: FileHandle, size: number): Promise<Buffer> {
  const buffer = Buffer.alloc(size);
  let at = 0;
  while (at < size) {
    const { bytesRead } = await file.read(buffer, at, size - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return buffer.subarray(0, at);
}
