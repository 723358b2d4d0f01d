import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import * as z from 'zod/mini';
import type { OpenFolder } from './openFolder.ts';
import { linkTarget, withFile } from './sameContent.ts';
import { writeAt } from './writeAt.ts';

const mode = z.int();

/** What is at a path, so that it can be told apart from anything else and, with its bytes, be made again. */
export const entryStateSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('absent') }),
  z.strictObject({ kind: z.literal('special') }),
  z.strictObject({ kind: z.literal('folder'), mode }),
  /** `target` in Base64: it can be any bytes. */
  z.strictObject({ kind: z.literal('link'), target: z.string() }),
  z.strictObject({ kind: z.literal('file'), mode, hash: z.string() }),
]);

export type EntryState = z.output<typeof entryStateSchema>;

const chunkBytes = 128 * 1024;

/** What is at a path now. Reads a file as a whole. */
export async function readState(folder: OpenFolder, name: Buffer): Promise<EntryState> {
  const stats = await folder.look(name);
  if (!stats) return { kind: 'absent' };
  const bits = Number(stats.mode & 0o777n);
  if (stats.isDirectory()) return { kind: 'folder', mode: bits };
  if (stats.isSymbolicLink())
    return { kind: 'link', target: (await linkTarget({ folder, name })).toString('base64') };
  if (!stats.isFile()) return { kind: 'special' };
  const hash = await withFile({ folder, name, stats }, (file) => copyContent(file, undefined));
  return { kind: 'file', mode: bits, hash };
}

export function isSameState(a: EntryState, b: EntryState): boolean {
  return JSON.stringify(entryStateSchema.parse(a)) === JSON.stringify(entryStateSchema.parse(b));
}

/** Copies what a file holds, its holes as holes, and gives its hash; only reads it where there is nothing to write to. */
export async function copyContent(from: FileHandle, to: FileHandle | undefined): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(chunkBytes);
  let at = 0;
  for (;;) {
    const { bytesRead } = await from.read(buffer, 0, chunkBytes, at);
    if (bytesRead === 0) break;
    const chunk = buffer.subarray(0, bytesRead);
    hash.update(chunk);
    if (to) await writeAt(to, at, chunk);
    at += bytesRead;
  }
  await to?.truncate(at);
  return hash.digest('hex');
}
