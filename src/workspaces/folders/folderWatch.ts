import { watch, type FSWatcher } from 'node:fs';
import { sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FolderIndex } from '../../isolation/folderIndex.ts';
import type { FolderScan } from '../../isolation/folderScan.ts';
import type { PathRules } from '../../isolation/pathRules.ts';
import { describeError } from '../../shared/describeError.ts';
import type { Disposable } from '../../shared/disposable.ts';
import { Emitter } from '../../shared/event.ts';
import type { Log } from '../../shared/log.ts';

/** Milliseconds in which events are gathered: most come in bursts. */
const gatherMs = 50;
/** Kernels keep 16,384 events and drop the rest without a word. After half as many, everything is read anew. */
const mostEvents = 8192;
/** How often everything is read anew where not every folder can be watched. */
const rereadMs = 10_000;
/** So many times as long as that took nothing is read anew after it. */
const restFactor = 4;

/** A folder may be watched as one on these; elsewhere each folder in it needs a watch of its own. */
const watchesTrees: ReadonlySet<NodeJS.Platform> = new Set(['darwin', 'win32']);

/**
 * Follows the protected and hidden paths of a folder. It does not use VS Code's own watcher, for which the folder's
 * settings may leave paths out.
 */
export class FolderWatch implements Disposable {
  private readonly changes = new Emitter<undefined>();
  private readonly root: string;
  private readonly platform: NodeJS.Platform;
  private readonly log: Log;
  private readonly index: FolderIndex;
  private readonly watchers = new Map<string, FSWatcher>();
  /** What was made, moved or removed, and the folders to be read anew, since events were last gathered. */
  private readonly moved = new Set<string>();
  private readonly dirty = new Set<string>();
  private readonly ended = new AbortController();
  private events = 0;
  private timer: NodeJS.Timeout | undefined;
  private rereading: NodeJS.Timeout | undefined;
  private work = Promise.resolve();
  /** Whether a turn to take in what happened is still to come, and whether everything is read anew in it. */
  private isWaiting = false;
  private isOutdated = false;
  private isReady = false;
  /** Of a folder that takes long to be read nobody makes all of the time of this process. */
  private restsUntilMs = 0;

  /** Fires when a protected or hidden path came up, went or was touched, soon after it did. */
  readonly onDidChange = this.changes.event;

  constructor(root: string, rules: PathRules, platform: NodeJS.Platform, log: Log) {
    this.root = root;
    this.platform = platform;
    this.log = log;
    this.index = new FolderIndex(root, rules, {
      add: (path) => {
        this.add(path);
      },
      remove: (path) => {
        this.remove(path);
      },
    });
    this.readAnew();
  }

  /**
   * False where the system allows no more watches, or the folder could not be read to its end: what comes up is then
   * noticed only when everything is read anew.
   */
  get isComplete(): boolean {
    return this.rereading === undefined;
  }

  /** What there is now, everything that happened before this call included. */
  async current(): Promise<FolderScan> {
    // Events that the kernel has already come in with the next turn of the loop.
    await nextTurn();
    await nextTurn();
    this.flush();
    await this.work;
    return this.index.scan;
  }

  /** Whether `current` needs no reading of everything, and misses nothing. */
  get isCached(): boolean {
    return this.isReady && this.isComplete && !watchesTrees.has(this.platform);
  }

  dispose(): void {
    this.ended.abort();
    clearTimeout(this.timer);
    clearInterval(this.rereading);
    for (const watcher of this.watchers.values()) watcher.close();
    this.watchers.clear();
    this.changes.dispose();
  }

  private add(path: string): void {
    if (this.ended.signal.aborted || !this.isComplete) return;
    const isTree = watchesTrees.has(this.platform);
    if (isTree && path !== '') return;
    try {
      const place = path === '' ? this.root : `${this.root}/${path}`;
      const watcher = watch(place, { persistent: false, recursive: isTree });
      watcher.on('change', (kind, name) => {
        this.take(path, kind, typeof name === 'string' ? name : undefined);
      });
      watcher.on('error', (error) => {
        this.take(path, 'rename', undefined);
        this.log.debug(`A folder is watched no more: ${error.message}`);
      });
      this.watchers.set(path, watcher);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOSPC' || code === 'EMFILE' || code === 'ENFILE') {
        this.log.warn(
          `The system allows no more watches of folders (${this.watchers.size} here). New protected and hidden paths are noticed within ${rereadMs / 1000} s instead. On Linux, fs.inotify.max_user_watches sets how many there are.`,
        );
        this.giveUpCompleteness();
      }
      // Whatever is gone is found to be so when it is read.
    }
  }

  private remove(path: string): void {
    this.watchers.get(path)?.close();
    this.watchers.delete(path);
  }

  private giveUpCompleteness(): void {
    this.rereading ??= setInterval(() => {
      if (performance.now() >= this.restsUntilMs) this.readAnew();
    }, rereadMs).unref();
  }

  private take(watched: string, kind: string, name: string | undefined): void {
    this.events += 1;
    const path = name === undefined ? watched : join(watched, name.replaceAll(sep, '/'));
    const folder = name === undefined ? watched : parentOf(path);
    // Contents of other files are nobody's business; what comes or goes may be a folder with anything in it.
    if (kind === 'change' && !this.index.isAbout(folder, path.slice(folder.length).replace('/', ''))) return;
    if (kind !== 'change' && path !== '') this.moved.add(path);
    this.dirty.add(folder);
    this.timer ??= setTimeout(() => {
      this.flush();
    }, gatherMs);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.events > mostEvents || this.moved.size + this.dirty.size > mostEvents) this.readAnew();
    else if (this.dirty.size > 0) this.catchUp();
    this.events = 0;
  }

  private readAnew(): void {
    this.moved.clear();
    this.dirty.clear();
    this.isOutdated = true;
    this.catchUp();
  }

  /** One turn that is still to come is enough for all that happens until then, however long the one before it takes. */
  private catchUp(): void {
    if (this.isWaiting) return;
    this.isWaiting = true;
    this.work = this.work
      .then(() => this.takeIn())
      .catch((error: unknown) => {
        if (!this.ended.signal.aborted) this.giveUpReadingAll(error);
      })
      .then(() => {
        this.changes.fire(undefined);
      });
  }

  private async takeIn(): Promise<void> {
    const [isOutdated, moved, dirty] = [this.isOutdated, [...this.moved], [...this.dirty]];
    this.isWaiting = false;
    this.isOutdated = false;
    this.moved.clear();
    this.dirty.clear();
    if (isOutdated) {
      const beganMs = performance.now();
      await this.index.build(this.ended.signal).finally(() => {
        const nowMs = performance.now();
        this.restsUntilMs = nowMs + restFactor * (nowMs - beganMs);
      });
      this.isReady = true;
    } else {
      for (const path of moved) this.index.forget(path);
      for (const path of dirty) await this.index.refresh(path, this.ended.signal);
    }
  }

  private giveUpReadingAll(error: unknown): void {
    const line = `A folder could not be read: ${describeError(error)}`;
    // Told once, however often it is tried.
    if (this.isComplete) this.log.error(line);
    else this.log.debug(line);
    this.giveUpCompleteness();
  }
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
