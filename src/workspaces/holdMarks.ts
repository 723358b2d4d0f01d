import { setTimeout as delay } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import type { FolderTurns } from './folderTurns.ts';
import { isFrozen } from './frozen.ts';
import { goneOn, heldNow, isHeldStill } from './held.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** Longer than this no window holds anybody still, unless it was killed or starts very many. */
const longestWaitMs = 15_000;
const lookAgainMs = 50;

/** What records say of who is held still: for other windows, and for the next activation after a kill. */
export class HoldMarks {
  private readonly store: Pick<WorkspaceStore, 'find' | 'records' | 'update' | 'syncFromStorage'>;
  /** The number of this extension host. */
  private readonly owner: number;
  /** Whether the process of another window still lives. */
  private readonly isAlive: (owner: number) => boolean;
  /** The folder of a record, with its symbolic links resolved; rejects where that cannot be told. */
  private readonly realFolder: (folderUri: string) => Promise<string>;
  private readonly turns: Pick<FolderTurns, 'overlap'>;

  constructor(parts: {
    store: Pick<WorkspaceStore, 'find' | 'records' | 'update' | 'syncFromStorage'>;
    owner: number;
    isAlive: (owner: number) => boolean;
    realFolder: (folderUri: string) => Promise<string>;
    turns: Pick<FolderTurns, 'overlap'>;
  }) {
    this.store = parts.store;
    this.owner = parts.owner;
    this.isAlive = parts.isAlive;
    this.realFolder = parts.realFolder;
    this.turns = parts.turns;
  }

  /** What another window holds still goes on when that one likes. Rejects with `conflict` where it takes too long. */
  async untilNoOtherWindowHolds(folder: string): Promise<void> {
    const until = performance.now() + longestWaitMs;
    while (await this.isAnyHeldElsewhere(folder)) {
      if (performance.now() > until) throw heldElsewhere();
      await delay(lookAgainMs);
    }
  }

  /** So that it goes on at the next activation if this process is killed. Rejects with `conflict` where another window holds it. */
  async leave(workspaceId: string): Promise<void> {
    this.store.syncFromStorage();
    if (this.holderOf(workspaceId) === 'another') throw heldElsewhere();
    await this.store.update(workspaceId, (now) => ({ ...now, held: heldNow(now, this.owner) }));
  }

  async end(workspaceId: string): Promise<void> {
    if (this.holderOf(workspaceId)) await this.store.update(workspaceId, goneOn);
  }

  /** Whether this window held it still before and did not let it go, or one that was killed. */
  isLeftStill(workspaceId: string): boolean {
    const holder = this.holderOf(workspaceId);
    return holder === 'this' || holder === 'gone';
  }

  /** False for one that Panic froze meanwhile, or that another window paused for good. */
  mayGoOn(workspaceId: string): boolean {
    this.store.syncFromStorage();
    const record = this.store.find(workspaceId);
    return !record || (isHeldStill(record) && !isFrozen(record));
  }

  private holderOf(workspaceId: string): 'this' | 'another' | 'gone' | undefined {
    const record = this.store.find(workspaceId);
    if (!record?.held || !isHeldStill(record)) return undefined;
    const { owner } = record.held;
    return owner === this.owner ? 'this' : this.isAlive(owner) ? 'another' : 'gone';
  }

  private async isAnyHeldElsewhere(folder: string): Promise<boolean> {
    this.store.syncFromStorage();
    const held = this.store.records().filter(({ id }) => this.holderOf(id) === 'another');
    const theirs = await Promise.all(
      held.map((record) => this.realFolder(record.folder).catch(() => undefined)),
    );
    return theirs.some((other) => this.turns.overlap(folder, other));
  }
}

function heldElsewhere(): CordonError {
  return new CordonError(
    'conflict',
    l10n.t('Another window is just starting a workspace of this folder. Try again in a moment.'),
  );
}
