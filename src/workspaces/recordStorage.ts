import * as l10n from '@vscode/l10n';
import pRetry from 'p-retry';
import { toCordonError } from '../shared/errors.ts';
import { SharedCalls } from '../shared/sharedCalls.ts';
import { mergeRecords, sameRecords, type RecordSet } from './mergeRecords.ts';
import { readRecords, storedForm, type Quarantined } from './storedRecords.ts';
import type { WorkspaceStorage } from './workspaceStorage.ts';

/** Keys of the storage. */
export const storageKeys = { workspaces: 'cordon.workspaces', quarantine: 'cordon.quarantine' } as const;

type Records = RecordSet['records'];

/** What could not be stored is tried again after twice as long each time, within these bounds. */
const againMs = { first: 250, longest: 4000 } as const;

/** The stored records: read with what is damaged set aside, written whole and one write at a time. */
export class RecordStorage {
  private readonly storage: WorkspaceStorage;
  private removed: RecordSet['removed'] = new Map();
  /** What was last read or written: what still is that text need not be read again. */
  private knownText: string | undefined;
  /** What is just being written: a storage may tell of it before it is done. */
  private writtenText: string | undefined;
  private lacksSomething = false;
  private unsavedQuarantine: readonly Quarantined[] = [];
  private readonly current: () => Records;
  private readonly takeIn: () => void;
  private readonly writes = new SharedCalls(() => this.write());
  private failures = 0;
  private again: NodeJS.Timeout | undefined;

  constructor(
    storage: WorkspaceStorage,
    parts: {
      /** The records as they are to be stored. */
      current: () => Records;
      /** Hears of what another window stored before it is written over. */
      takeIn: () => void;
    },
  ) {
    this.storage = storage;
    this.current = parts.current;
    this.takeIn = parts.takeIn;
  }

  /** Whether something that this window knows was not in storage when that was last read: another one wrote over it. */
  get isBehind(): boolean {
    return this.lacksSomething;
  }

  load(): { records: Records; quarantined: readonly Quarantined[] } {
    const records = this.merge(new Map());
    return { records, quarantined: this.unsavedQuarantine };
  }

  /** Remembers that a workspace was removed, for windows that still have it. */
  markRemoved(id: string): void {
    this.removed = new Map([...this.removed, [id, new Date().toISOString()]]);
  }

  wasRemoved(id: string): boolean {
    return this.removed.has(id);
  }

  /** Ours together with what another window stored meanwhile. */
  merge(ours: Records): Records {
    const value = this.storage.read(storageKeys.workspaces);
    const text = JSON.stringify([value]);
    if (text === this.knownText || text === this.writtenText) return ours;
    const { stored, quarantined } = readRecords(value);
    this.unsavedQuarantine = [...this.unsavedQuarantine, ...quarantined];
    const merged = mergeRecords({ records: ours, removed: this.removed }, stored);
    this.removed = merged.removed;
    this.knownText = text;
    // What cannot be read may be of a later version, whose window would answer each repair with one of its own.
    this.lacksSomething = quarantined.length === 0 && !sameRecords(merged, stored);
    return merged.records;
  }

  /**
   * Stores what there is when its turn comes; callers that come while a write runs share the next one. Rejects with
   * `storageFailed`; what is so by then is stored as soon as it can be.
   */
  save(): Promise<void> {
    return this.writes.ask();
  }

  /** Waits until everything that was handed in is stored. */
  async settled(): Promise<void> {
    await this.writes.settled();
  }

  /** Gives up what could not be stored yet. */
  dispose(): void {
    clearTimeout(this.again);
  }

  private async write(): Promise<void> {
    clearTimeout(this.again);
    try {
      // What another window stores at this very moment can take the place of what was written: it is taken in, too, then.
      await pRetry(() => this.writeOnce(), { retries: 2, minTimeout: 25 });
      this.failures = 0;
    } catch (error) {
      this.again = setTimeout(
        () => {
          this.save().catch(() => undefined);
        },
        Math.min(againMs.first * 2 ** this.failures++, againMs.longest),
      ).unref();
      throw toCordonError(
        error,
        'storageFailed',
        l10n.t('The workspaces could not be stored. Check the free disk space and try again.'),
      );
    }
  }

  private async writeOnce(): Promise<void> {
    if (this.unsavedQuarantine.length === 0) this.takeIn();
    await this.writeQuarantine();
    const value = storedForm({ records: this.current(), removed: this.removed });
    this.writtenText = JSON.stringify([value]);
    await this.storage.write(storageKeys.workspaces, value);
    this.knownText = this.writtenText;
    this.lacksSomething = false;
  }

  /** What was set aside is safe before the place where it was is written over. */
  private async writeQuarantine(): Promise<void> {
    if (this.unsavedQuarantine.length === 0) return;
    const before = this.storage.read(storageKeys.quarantine);
    const kept: readonly unknown[] = Array.isArray(before) ? before : [];
    await this.storage.write(storageKeys.quarantine, [...kept, ...this.unsavedQuarantine]);
    this.unsavedQuarantine = [];
  }
}
