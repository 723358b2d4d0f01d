import { lstat, opendir, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Disk } from '../workspaces/monitor/disk.ts';

/** Bytes of one block as `stat` counts them. */
const blockBytes = 512;

/** The disk of this machine. */
export class LocalDisk implements Disk {
  async freeBytes(place: string): Promise<number | undefined> {
    try {
      const { bavail, bsize } = await statfs(place);
      return bavail * bsize;
    } catch {
      return undefined;
    }
  }

  /** By the time of the last change of a file's data or facts, which nobody can set back. Symbolic links are not followed. */
  async bytesChangedSince(folder: string, sinceMs: number): Promise<number> {
    const seen = new Set<string>();
    const folders = [folder];
    let bytes = 0;
    for (let current = folders.pop(); current !== undefined; current = folders.pop()) {
      const entries = await opendir(current).catch(() => undefined);
      if (!entries) continue;
      for await (const entry of entries) {
        const file = path.join(current, entry.name);
        if (entry.isDirectory()) folders.push(file);
        else if (entry.isFile()) bytes += await this.changedBytes(file, sinceMs, seen);
      }
    }
    return bytes;
  }

  private async changedBytes(file: string, sinceMs: number, seen: Set<string>): Promise<number> {
    const stats = await lstat(file).catch(() => undefined);
    if (!stats || stats.ctimeMs < sinceMs) return 0;
    // A file with several names takes its place once.
    const identity = `${stats.dev} ${stats.ino}`;
    if (stats.nlink > 1 && seen.has(identity)) return 0;
    if (stats.nlink > 1) seen.add(identity);
    return stats.blocks * blockBytes;
  }
}
