import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import type { Disposable } from '../shared/disposable.ts';
import { CordonError } from '../shared/errors.ts';
import { Emitter } from '../shared/event.ts';
import type { WorkspaceStorage } from '../workspaces/workspaceStorage.ts';
import type { Announcement, StorageNews } from './storageNews.ts';

/** VS Code hands a value to another window within this time, or not at all. */
const handOverMs = 2000;
const lookEveryMs = 25;

/** Remembers in a memento of VS Code, proves each write by reading it back, and tells the other windows of it. */
export class MementoStorage implements WorkspaceStorage, Disposable {
  private readonly memento: Pick<vscode.Memento, 'get' | 'update'>;
  private readonly news: Pick<StorageNews, 'announce' | 'onDidHear'>;
  private readonly changes = new Emitter<string>();
  private readonly subscription: Disposable;
  private readonly ended = new AbortController();

  readonly onDidChange = this.changes.event;

  constructor(
    memento: Pick<vscode.Memento, 'get' | 'update'>,
    news: Pick<StorageNews, 'announce' | 'onDidHear'>,
  ) {
    this.memento = memento;
    this.news = news;
    this.subscription = news.onDidHear((announcement) => {
      this.waitFor(announcement).catch(() => undefined);
    });
  }

  read(key: string): unknown {
    return this.memento.get(key);
  }

  async write(key: string, value: unknown): Promise<void> {
    // What is stored is JSON: a copy keeps later changes of the caller's object out of the memory of VS Code.
    const stored: unknown = value === undefined ? undefined : JSON.parse(JSON.stringify(value));
    try {
      await this.memento.update(key, stored);
    } catch (error) {
      throw storageFailed(error);
    }
    if (!isDeepStrictEqual(this.memento.get(key), stored)) throw storageFailed();
    void this.news.announce({ key, fingerprint: fingerprintOf(stored) });
  }

  dispose(): void {
    this.ended.abort();
    this.subscription.dispose();
    this.changes.dispose();
  }

  /** Whatever can be read when the time is over is told of all the same: a third window may have written since. */
  private async waitFor({ key, fingerprint }: Announcement): Promise<void> {
    const { signal } = this.ended;
    for (let waitedMs = 0; waitedMs < handOverMs; waitedMs += lookEveryMs) {
      if (fingerprintOf(this.memento.get(key)) === fingerprint) break;
      await delay(lookEveryMs, undefined, { signal, ref: false });
    }
    this.changes.fire(key);
  }
}

function fingerprintOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([value]))
    .digest('hex');
}

function storageFailed(cause?: unknown): CordonError {
  return new CordonError(
    'storageFailed',
    vscode.l10n.t('VS Code could not store the workspaces. Check the free space of the disk and try again.'),
    cause,
  );
}
