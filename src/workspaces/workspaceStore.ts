import * as l10n from '@vscode/l10n';
import { describeError } from '../shared/describeError.ts';
import type { Disposable } from '../shared/disposable.ts';
import { CordonError } from '../shared/errors.ts';
import { Emitter, type Event } from '../shared/event.ts';
import type { Log } from '../shared/log.ts';
import { sameState, statusOf } from './containerState.ts';
import { awakeIfRunning } from './idle/idleMark.ts';
import { RecordStorage, storageKeys } from './recordStorage.ts';
import { requireFreeName } from './requireFreeName.ts';
import type { Quarantined } from './storedRecords.ts';
import type { ContainerState, Workspace, WorkspaceChange } from './workspace.ts';
import {
  changedNow,
  contradictsItself,
  entryAfter,
  isDiscarded,
  type CheckedContainer,
  type WorkspaceEntry,
} from './workspaceEntry.ts';
import type { WorkspaceRecord } from './workspaceRecord.ts';
import type { WorkspaceStorage } from './workspaceStorage.ts';

/** The only writer of what is known of workspaces: records, which are stored, and container states, which are not. */
export class WorkspaceStore implements Disposable {
  private readonly entries = new Map<string, WorkspaceEntry>();
  private readonly changes = new Emitter<WorkspaceChange>();
  private readonly stored: RecordStorage;
  private readonly log: Log;
  private readonly subscription: Disposable;

  readonly onDidChange: Event<WorkspaceChange> = this.changes.event;

  constructor(storage: WorkspaceStorage, log: Log) {
    this.stored = new RecordStorage(storage, {
      current: () => this.recordMap(),
      takeIn: () => {
        this.takeIn();
      },
    });
    this.log = log;
    this.subscription = storage.onDidChange((key) => {
      if (key === storageKeys.workspaces) this.syncFromStorage();
    });
  }

  /** Reads what is stored. Damaged entries are set aside under a key of their own and returned, for one report. */
  load(): readonly Quarantined[] {
    const { records, quarantined } = this.stored.load();
    for (const record of records.values()) this.put(record, { kind: 'unknown' });
    if (quarantined.length > 0) {
      this.log.error('Stored workspaces that cannot be read were set aside', quarantined);
      this.saveUnasked('What was set aside could not be stored yet');
    }
    return quarantined;
  }

  list(): readonly Workspace[] {
    return [...this.entries.values()].filter((entry) => !isDiscarded(entry)).map(({ snapshot }) => snapshot);
  }

  get(id: string): Workspace | undefined {
    const entry = this.entries.get(id);
    return entry && !isDiscarded(entry) ? entry.snapshot : undefined;
  }

  /** A record where there is one, one that is being discarded included. */
  find(id: string): WorkspaceRecord | undefined {
    return this.entries.get(id)?.record;
  }

  /** Whether a record exists, one that is being discarded included. */
  has(id: string): boolean {
    return this.entries.has(id);
  }

  records(): readonly WorkspaceRecord[] {
    return [...this.entries.values()].map((entry) => entry.record);
  }

  record(id: string): WorkspaceRecord {
    const entry = this.entries.get(id);
    if (!entry || isDiscarded(entry))
      throw new CordonError(
        'workspaceNotFound',
        l10n.t('There is no workspace with the id "{0}".', id.slice(0, 64)),
      );
    return entry.record;
  }

  /** Whether another window stored a status that does not follow from what this one knows of the container. */
  isContradictory(id: string): boolean {
    const entry = this.entries.get(id);
    return entry !== undefined && contradictsItself(entry);
  }

  container(id: string): ContainerState {
    return this.entries.get(id)?.container ?? { kind: 'absent' };
  }

  /** Adds a record. Throws `workspaceExists` when the folder has a workspace whose name reads the same. */
  async insert(record: WorkspaceRecord, container: ContainerState): Promise<void> {
    requireFreeName(record, this.records());
    this.put(record, container);
    try {
      await this.stored.save();
    } catch (error) {
      this.drop(record.id);
      throw error;
    }
  }

  /**
   * Changes a record, and what is known of its container where that is given, and stores it. What could not be stored
   * is taken back.
   */
  async update(
    id: string,
    change: (record: WorkspaceRecord) => WorkspaceRecord,
    container?: ContainerState,
  ): Promise<void> {
    const entry = this.entries.get(id);
    if (!entry) return;
    const changed = awakeIfRunning(change(entry.record), entry.container, container ?? entry.container);
    const next = changedNow(changed, entry.record);
    if (next.name !== entry.record.name) requireFreeName(next, this.records());
    this.put(next, container ?? entry.container);
    try {
      await this.stored.save();
    } catch (error) {
      if (this.entries.get(id)?.record === next) this.put(entry.record, this.container(id));
      throw error;
    }
  }

  /** Whether some window forgot the workspace of this id. */
  wasRemoved(id: string): boolean {
    return this.stored.wasRemoved(id);
  }

  /** Forgets a workspace. Where that cannot be stored, the stored intent ends it at the next activation. */
  async delete(id: string): Promise<void> {
    this.stored.markRemoved(id);
    this.drop(id);
    await this.stored.save();
  }

  /**
   * What the engine says now. A status that follows from it is stored in the background, unless an operation is under way,
   * whose end says it: what another window wrote meanwhile with the intent still in it would undo that end.
   */
  setContainer(id: string, container: ContainerState): void {
    const entry = this.entries.get(id);
    if (!entry || (sameState(entry.container, container) && !contradictsItself(entry))) return;
    const record = awakeIfRunning(entry.record, entry.container, container);
    const status = statusOf(container, record.status);
    const changed = !record.intent && (record !== entry.record || status !== record.status);
    this.put(changed ? changedNow({ ...record, status }, entry.record) : record, container);
    if (changed) this.saveUnasked('The state of a workspace could not be stored');
  }

  setActiveTasks(id: string, activeTasks: number): void {
    const entry = this.entries.get(id);
    if (entry) this.put(entry.record, entry.container, { activeTasks });
  }

  /** What a check of a container's isolation gave. It counts until that container ends. */
  setIsolation(id: string, isolation: CheckedContainer): void {
    const entry = this.entries.get(id);
    if (entry) this.put(entry.record, entry.container, { isolation });
  }

  /** Takes in what another window stored meanwhile, and stores again what it wrote over. */
  syncFromStorage(): void {
    this.takeIn();
    if (this.stored.isBehind) this.saveUnasked('What another window wrote over could not be stored again');
  }

  /** Waits until everything that was changed is stored. */
  settled(): Promise<void> {
    return this.stored.settled();
  }

  dispose(): void {
    this.subscription.dispose();
    this.stored.dispose();
    this.changes.dispose();
  }

  private takeIn(): void {
    const merged = this.stored.merge(this.recordMap());
    for (const [id, record] of merged) {
      const entry = this.entries.get(id);
      if (entry?.record !== record) this.put(record, entry?.container ?? { kind: 'unknown' });
    }
    for (const id of [...this.entries.keys()]) if (!merged.has(id)) this.drop(id);
  }

  /** Nobody waits for it: a failure is told in the log, and what is so by then is stored as soon as it can be. */
  private saveUnasked(failure: string): void {
    this.stored.save().catch((error: unknown) => {
      this.log.error(`${failure}: ${describeError(error)}`);
    });
  }

  private recordMap(): ReadonlyMap<string, WorkspaceRecord> {
    return new Map([...this.entries].map(([id, entry]) => [id, entry.record]));
  }

  private put(
    record: WorkspaceRecord,
    container: ContainerState,
    news: Partial<Pick<WorkspaceEntry, 'activeTasks' | 'isolation'>> = {},
  ): void {
    const { id } = record;
    const previous = this.get(id);
    this.entries.set(id, entryAfter(this.entries.get(id), record, container, news));
    const current = this.get(id);
    if (previous || current)
      this.changes.fire({ id, ...(previous && { previous }), ...(current && { current }) });
  }

  private drop(id: string): void {
    const previous = this.get(id);
    this.entries.delete(id);
    if (previous) this.changes.fire({ id, previous });
  }
}
