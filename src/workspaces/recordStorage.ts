import * as l10n from '@vscode/l10n';
import { toCordonError } from '../shared/errors.ts';
import { mergeRecords } from './mergeRecords.ts';
import { readRecords, type Quarantined } from './storedRecords.ts';
import { recordSchemaVersion, type WorkspaceRecord } from './workspaceRecord.ts';
import type { WorkspaceStorage } from './workspaceStorage.ts';

/** Keys of the storage. */
export const storageKeys = { workspaces: 'cordon.workspaces', quarantine: 'cordon.quarantine' } as const;

type Records = ReadonlyMap<string, WorkspaceRecord>;

/** The stored records: read with what is damaged set aside, written whole and one write at a time. */
export class RecordStorage {
  private readonly storage: WorkspaceStorage;
  /** What storage held when it was last read or written. */
  private agreed: Records = new Map();
  /** The same as the text that was stored: what still is that text need not be parsed again. */
  private agreedText: string | undefined;
  private unsavedQuarantine: readonly Quarantined[] = [];
  private saving: Promise<void> = Promise.resolve();
  private queuedSave: Promise<void> | undefined;

  constructor(storage: WorkspaceStorage) {
    this.storage = storage;
  }

  load(): { records: Records; quarantined: readonly Quarantined[] } {
    const { records, quarantined } = readRecords(this.storage.read(storageKeys.workspaces));
    this.agreed = records;
    this.unsavedQuarantine = quarantined;
    return { records, quarantined };
  }

  /**
   * Ours together with what another window stored meanwhile. Where storage is empty or partly unreadable, nothing is
   * taken for removed.
   */
  merge(ours: Records): Records {
    const stored = this.storage.read(storageKeys.workspaces);
    if (this.agreedText !== undefined && JSON.stringify(stored) === this.agreedText) return ours;
    const { records: theirs, quarantined } = readRecords(stored);
    this.unsavedQuarantine = [...this.unsavedQuarantine, ...quarantined];
    const isWhole = stored !== undefined && quarantined.length === 0;
    const merged = mergeRecords(isWhole ? this.agreed : new Map(), ours, theirs);
    this.agreed = theirs;
    this.agreedText = undefined;
    return merged;
  }

  /**
   * Stores what `current` gives when its turn comes; callers that come while a write runs share the next one.
   * `takeIn` hears of what another window stored before it is written over. Rejects with `storageFailed`.
   */
  save(current: () => Records, takeIn: () => void): Promise<void> {
    this.queuedSave ??= this.saving
      .catch(() => undefined)
      .then(() => {
        this.queuedSave = undefined;
        this.saving = this.write(current, takeIn);
        return this.saving;
      });
    return this.queuedSave;
  }

  /** Waits until everything that was handed in is stored. */
  async settled(): Promise<void> {
    await (this.queuedSave ?? this.saving).catch(() => undefined);
  }

  private async write(current: () => Records, takeIn: () => void): Promise<void> {
    try {
      if (this.unsavedQuarantine.length === 0) takeIn();
      await this.writeQuarantine();
      const records = current();
      const value = { schema: recordSchemaVersion, workspaces: [...records.values()] };
      await this.storage.write(storageKeys.workspaces, value);
      this.agreed = records;
      this.agreedText = JSON.stringify(value);
    } catch (error) {
      throw toCordonError(
        error,
        'storageFailed',
        l10n.t('The workspaces could not be stored. Check the free disk space and try again.'),
      );
    }
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
