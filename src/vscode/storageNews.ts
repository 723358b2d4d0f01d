import { randomUUID } from 'node:crypto';
import { watch, type FSWatcher } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod/mini';
import { describeError } from '../shared/describeError.ts';
import type { Disposable } from '../shared/disposable.ts';
import { Emitter } from '../shared/event.ts';
import type { Log } from '../shared/log.ts';

/** What a window stored: the key, and what the value can be told from others by. */
const announcement = z.strictObject({ key: z.string(), fingerprint: z.string() });
export type Announcement = Readonly<z.output<typeof announcement>>;

/** A window that wrote nothing for so long has nothing to tell any more. */
const keptMs = 86_400_000;
const longestBytes = 1000;

/**
 * Tells the other windows of this person, by a file for each, that something was stored: VS Code hands values of
 * globalState from window to window and does not say when.
 */
export class StorageNews implements Disposable {
  private readonly folder: string;
  private readonly own = `${randomUUID()}.json`;
  private readonly log: Log;
  private readonly news = new Emitter<Announcement>();
  private readonly ready: Promise<void>;
  private watcher: FSWatcher | undefined;
  private isDisposed = false;
  private announcing: Promise<void> = Promise.resolve();

  readonly onDidHear = this.news.event;

  constructor(folder: string, log: Log) {
    this.folder = folder;
    this.log = log;
    this.ready = this.listen().catch((error: unknown) => {
      log.warn(`Other windows will be heard of late: ${describeError(error)}`);
    });
  }

  /** Settled when the others can hear of it. */
  async announce(news: Announcement): Promise<void> {
    this.announcing = this.announcing.then(() => this.write(news));
    await this.announcing;
  }

  dispose(): void {
    this.isDisposed = true;
    this.watcher?.close();
    this.news.dispose();
    void this.announcing.then(() => rm(this.file(this.own), { force: true })).catch(() => undefined);
  }

  private async listen(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await this.removeOld();
    if (this.isDisposed) return;
    this.watcher = watch(this.folder, { persistent: false }, (_, name) => {
      if (name?.endsWith('.json') && name !== this.own) void this.hear(name);
    });
    this.watcher.on('error', (error) => {
      this.log.warn(`Other windows will be heard of late: ${describeError(error)}`);
    });
  }

  private async write(news: Announcement): Promise<void> {
    await this.ready;
    if (this.isDisposed) return;
    try {
      const unfinished = this.file(`${this.own}.new`);
      await writeFile(unfinished, JSON.stringify(news), { mode: 0o600 });
      await rename(unfinished, this.file(this.own));
    } catch (error) {
      this.log.warn(`Other windows could not be told: ${describeError(error)}`);
    }
  }

  /** The file of a window that has gone meanwhile says nothing. */
  private async hear(name: string): Promise<void> {
    const text = await readFile(this.file(name), 'utf8').catch(() => '');
    if (text.length > longestBytes || this.isDisposed) return;
    const parsed = announcement.safeParse(jsonOf(text));
    if (parsed.success) this.news.fire(parsed.data);
  }

  private async removeOld(): Promise<void> {
    for (const name of await readdir(this.folder)) {
      const stats = await stat(this.file(name)).catch(() => undefined);
      if (stats && Date.now() - stats.mtimeMs > keptMs) await rm(this.file(name), { force: true });
    }
  }

  private file(name: string): string {
    return path.join(this.folder, name);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
