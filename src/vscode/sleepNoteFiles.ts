import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod/mini';
import type { SleepNote, SleepNotes } from '../workspaces/idle/sleepNotes.ts';

const note = z.strictObject({
  workspaceId: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  containerId: z.string(),
  action: z.enum(['pause', 'stop']),
  at: z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text)))),
});

/** Notes as files in a folder that all windows of this person share. */
export class SleepNoteFiles implements SleepNotes {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async leave(left: SleepNote): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeFile(this.fileOf(left.workspaceId), JSON.stringify(left), { mode: 0o600 });
  }

  async forget(workspaceId: string): Promise<void> {
    await rm(this.fileOf(workspaceId), { force: true });
  }

  async take(): Promise<readonly SleepNote[]> {
    const names = await readdir(this.folder).catch(() => []);
    const taken = await Promise.all(
      names.filter((name) => name.endsWith('.json')).map((name) => this.takeOne(name)),
    );
    return taken.flatMap((each) => each ?? []);
  }

  /** Whoever renames it has it. */
  private async takeOne(name: string): Promise<SleepNote | undefined> {
    const mine = path.join(this.folder, `${name}.${crypto.randomUUID()}`);
    try {
      await rename(path.join(this.folder, name), mine);
      return note.safeParse(JSON.parse(await readFile(mine, 'utf8'))).data;
    } catch {
      return undefined;
    } finally {
      await rm(mine, { force: true });
    }
  }

  private fileOf(workspaceId: string): string {
    return path.join(this.folder, `${workspaceId}.json`);
  }
}
