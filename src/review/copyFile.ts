import type { BigIntStats } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { copyContent } from './entryState.ts';
import { isSameFile, Replaced } from './sameContent.ts';

/** A file that is open to be copied. */
export interface OpenFile {
  readonly from: FileHandle;
  /** What it was when it was looked at. */
  readonly stats: BigIntStats;
}

/** Whose a copy is to be, where this process can give it away, and who may do what with it. */
export interface CopyTraits {
  readonly mode: number;
  readonly owner: Pick<BigIntStats, 'uid' | 'gid'>;
  /** Whether it is waited for until the disk has it. */
  readonly isSynced?: boolean;
}

/**
 * Copies what a file holds into one that is not there yet, with its time and without bits that let a program run as somebody
 * else, and gives its hash. Rejects with `Replaced` where the file was changed meanwhile. Leaves no part of it where it fails.
 */
export async function copyFile(
  { from, stats }: OpenFile,
  to: Buffer,
  { mode, owner: { uid, gid }, isSynced = false }: CopyTraits,
): Promise<string> {
  const file = await open(to, 'wx', 0o600);
  try {
    const hash = await copyContent(from, file);
    if (!isSameFile(await from.stat({ bigint: true }), stats)) throw new Replaced();
    if (process.getuid?.() === 0) await file.chown(Number(uid), Number(gid));
    await file.chmod(mode & 0o777);
    await file.utimes(stats.mtime, stats.mtime);
    if (isSynced) await file.datasync();
    return hash;
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
