import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { SharedMarks } from '../workspaces/monitor/sharedMarks.ts';

/** A mark is good for this long at least, and is swept away some time after. */
const keptMs = 600_000;

/** Marks as empty files in a folder that all windows of this person share. */
export class MarkFiles implements SharedMarks {
  private readonly folder: string;
  /** What this window left itself counts even where the disk takes no file. */
  private readonly own = new Map<string, number>();
  private sweptAtMs = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  async leave(name: string): Promise<boolean> {
    const file = this.fileOf(name);
    const isNew = !this.own.has(file);
    this.own.set(file, Date.now());
    this.sweepSometimes();
    try {
      await this.make(file);
      return true;
    } catch (error) {
      // Where the disk takes no file, a report twice is better than none.
      return codeOf(error) !== 'EEXIST' && isNew;
    }
  }

  async has(name: string): Promise<boolean> {
    const file = this.fileOf(name);
    if (this.own.has(file)) return true;
    return await stat(file).then(
      () => true,
      () => false,
    );
  }

  private async make(file: string): Promise<void> {
    try {
      await (await open(file, 'wx', 0o600)).close();
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await (await open(file, 'wx', 0o600)).close();
    }
  }

  private fileOf(name: string): string {
    return path.join(this.folder, createHash('sha256').update(name).digest('hex').slice(0, 40));
  }

  private sweepSometimes(): void {
    const now = Date.now();
    if (now - this.sweptAtMs < keptMs) return;
    this.sweptAtMs = now;
    for (const [file, at] of this.own) if (now - at > keptMs) this.own.delete(file);
    void this.sweep(now).catch(() => undefined);
  }

  private async sweep(now: number): Promise<void> {
    for (const name of await readdir(this.folder)) {
      const file = path.join(this.folder, name);
      const { mtimeMs } = await stat(file);
      if (now - mtimeMs > keptMs) await rm(file, { force: true });
    }
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
