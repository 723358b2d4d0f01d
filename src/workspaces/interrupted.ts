import { describeError } from '../shared/describeError.ts';
import { hasCode } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { ContainerEngine } from './containerEngine.ts';
import type { ManagedContainer } from './engineContainers.ts';
import { containerIdOf, stateOfFacts, statusOf } from './containerState.ts';
import { isFrozen } from './frozen.ts';
import { goneOn, isHeldStill } from './held.ts';
import type { CopyingEngine } from './views/viewCopies.ts';
import type { CleaningEngine, ReviewViews } from './views/reviewViews.ts';
import type { ContainerState } from './workspace.ts';
import type { WorkspaceRecord } from './workspaceRecord.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

type Engine = Pick<
  ContainerEngine,
  'inspectContainer' | 'removeEverythingOf' | 'resumeContainer' | 'untilViewRests'
> &
  CleaningEngine &
  CopyingEngine;

/** Ends what a process began that is gone: lets go on what it held still, finishes or undoes its operation. */
export class Interrupted {
  private readonly store: Pick<WorkspaceStore, 'find' | 'update' | 'delete' | 'syncFromStorage'>;
  /** Whether the process that wrote an intent still lives. */
  private readonly isAlive: (owner: number, sinceMs: number) => boolean;
  /** Whether this window holds a workspace still, and lets it go on by itself. */
  private readonly isHeldHere: (workspaceId: string) => boolean;
  private readonly views: Pick<ReviewViews, 'remove' | 'endBringing' | 'forgetBringing'>;
  private readonly log: Log;

  constructor(parts: {
    store: Pick<WorkspaceStore, 'find' | 'update' | 'delete' | 'syncFromStorage'>;
    isAlive: (owner: number, sinceMs: number) => boolean;
    isHeldHere: (workspaceId: string) => boolean;
    views: Pick<ReviewViews, 'remove' | 'endBringing' | 'forgetBringing'>;
    log: Log;
  }) {
    this.store = parts.store;
    this.isAlive = parts.isAlive;
    this.isHeldHere = parts.isHeldHere;
    this.views = parts.views;
    this.log = parts.log;
  }

  /**
   * Gives the state of the container, which goes on where a process held it still and was killed: that one cannot let it
   * go on any more.
   */
  async letGoOn(
    engine: Engine,
    record: WorkspaceRecord,
    container: ManagedContainer | undefined,
  ): Promise<ContainerState> {
    const state = container?.state ?? { kind: 'absent' };
    const { id, name, held } = record;
    if (!held || !isHeldStill(record) || this.isHeldHere(id) || this.isAtWork(held.owner, held.at))
      return state;
    // A list may not tell yet that it is paused.
    const isPaused = container && (await engine.inspectContainer(container.id))?.paused === true;
    if (isPaused) await this.endBringing(engine, record);
    await this.views.forgetBringing(id);
    // Another window may have let it go on meanwhile, and hold it again.
    this.store.syncFromStorage();
    const now = this.store.find(id);
    if (!now || !isHeldStill(now) || now.held?.at !== held.at) return state;
    const goesOn = isPaused && !isFrozen(now);
    if (goesOn) {
      this.log.warn(`"${name}" was held still by a process that is gone`);
      await engine.resumeContainer(container.id);
    }
    await this.store.update(id, goneOn);
    return goesOn ? { kind: 'running', id: container.id } : state;
  }

  /** Finishes or undoes the operation that the record speaks of. Gives false where somebody is at work on it, or was. */
  async finish(engine: Engine, record: WorkspaceRecord, state: ContainerState): Promise<boolean> {
    const { id, name, intent } = record;
    if (!intent || this.isAtWork(intent.owner, intent.startedAt)) return false;
    // It may have ended since the record was read, and the process, too.
    this.store.syncFromStorage();
    if (this.store.find(id)?.intent?.startedAt !== intent.startedAt) return false;
    this.log.warn(`"${name}": ${intent.operation} was interrupted`);
    switch (intent.operation) {
      case 'create':
      case 'discard':
      case 'remove':
        await engine.removeEverythingOf(id);
        await this.views.remove(record, () => Promise.resolve(engine));
        await this.store.delete(id);
        break;
      case 'archive':
        await engine.removeEverythingOf(id);
        await this.store.update(id, (now) => ({ ...now, status: 'archived', intent: undefined }), {
          kind: 'absent',
        });
        break;
      case 'update':
      case 'start':
      case 'stop':
      case 'restart':
      case 'pause':
      case 'resume':
        await this.settleHalfMade(engine, id, await stateNow(engine, state));
    }
    return true;
  }

  /** Where another window is just at it, that one lets it go on; whatever else fails, it goes on all the same. */
  private async endBringing(engine: Engine, record: WorkspaceRecord): Promise<void> {
    try {
      await this.views.endBringing(engine, record);
    } catch (error) {
      if (hasCode(error, 'conflict')) throw error;
      this.log.warn(`"${record.name}": what was brought in is not noted: ${describeError(error)}`);
    }
  }

  /** A container that was made but never started goes; any other one says itself how far things came. */
  private async settleHalfMade(engine: Engine, id: string, state: ContainerState): Promise<void> {
    const isHalfMade = state.kind === 'absent' || state.kind === 'creating';
    if (isHalfMade) await engine.removeEverythingOf(id);
    const settled: ContainerState = isHalfMade ? { kind: 'absent' } : state;
    await this.store.update(
      id,
      (now) => ({ ...now, intent: undefined, status: statusOf(settled, now.status) }),
      settled,
    );
  }

  private isAtWork(owner: number, since: string): boolean {
    return this.isAlive(owner, Date.parse(since));
  }
}

/** The engine may still be at what was asked of it, and a list tells what was a moment ago. */
async function stateNow(
  engine: Pick<ContainerEngine, 'inspectContainer'>,
  listed: ContainerState,
): Promise<ContainerState> {
  const id = containerIdOf(listed);
  if (id === undefined) return listed;
  const facts = await engine.inspectContainer(id);
  if (!facts) return { kind: 'absent' };
  const neverStarted = listed.kind === 'creating' && !facts.running && facts.startedAt === undefined;
  return neverStarted ? listed : stateOfFacts(facts);
}
