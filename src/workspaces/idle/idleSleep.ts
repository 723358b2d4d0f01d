import { describeError } from '../../shared/describeError.ts';
import type { Log } from '../../shared/log.ts';
import type { ContainerFacts } from '../../isolation/isolationReport.ts';
import { containerIdOf, stateOfFacts } from '../containerState.ts';
import type { EngineOperations, EngineWork } from '../engineOperations.ts';
import { requireNotFrozen } from '../frozen.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { ContainerState } from '../workspace.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import { asleepNow, awake, sleepOf, type IdleAction } from './idleMark.ts';
import type { SleepNote, SleepNotes } from './sleepNotes.ts';

/** Why a workspace is put to sleep, and whether it may be, asked once more right before. */
export interface SleepReason {
  readonly text: string;
  mayBeLeft(facts: Pick<ContainerFacts, 'execIds'>): boolean;
}

/** Puts workspaces to sleep that nobody uses, and wakes them when somebody does: only those, never another pause. */
export class IdleSleep {
  private readonly store: Pick<WorkspaceStore, 'record' | 'container' | 'update' | 'syncFromStorage'>;
  private readonly operations: Pick<EngineOperations, 'run'>;
  private readonly lifecycle: Pick<Lifecycle, 'bringUp'>;
  private readonly notes: SleepNotes;
  private readonly log: Log;
  /** By workspace: those that are just being put to sleep. */
  private readonly goingToSleep = new Map<string, Promise<void>>();

  constructor(parts: {
    store: Pick<WorkspaceStore, 'record' | 'container' | 'update' | 'syncFromStorage'>;
    operations: Pick<EngineOperations, 'run'>;
    lifecycle: Pick<Lifecycle, 'bringUp'>;
    sleepNotes: SleepNotes;
    log: Log;
  }) {
    this.store = parts.store;
    this.operations = parts.operations;
    this.lifecycle = parts.lifecycle;
    this.notes = parts.sleepNotes;
    this.log = parts.log;
  }

  /** Pauses or stops a workspace that runs. What cannot be done is logged, for nobody waits for it. */
  async sleep(id: string, action: IdleAction, reason: SleepReason): Promise<void> {
    const going = this.operations
      .run(id, action, {}, (work) => this.putToSleep(work, action, reason))
      .then(
        () => undefined,
        (error: unknown) => {
          this.log.debug(`An idle workspace was left alone: ${describeError(error)}`);
        },
      );
    this.goingToSleep.set(id, going);
    await going;
    if (this.goingToSleep.get(id) === going) this.goingToSleep.delete(id);
  }

  /** Lets a workspace run on that sleeps. Does nothing to one that was paused or stopped for any other reason. */
  async wake(id: string): Promise<void> {
    await this.goingToSleep.get(id);
    if (this.store.container(id).kind === 'running') return;
    await this.takeNotes();
    this.store.syncFromStorage();
    const sleep = sleepOf(this.store.record(id), this.store.container(id));
    if (!sleep) return;
    await this.operations.run(id, sleep.action === 'pause' ? 'resume' : 'start', {}, (work) =>
      this.bringUp(work),
    );
  }

  /** Takes into the records what windows noted that have closed. */
  async takeNotes(): Promise<void> {
    try {
      for (const note of await this.notes.take())
        await this.takeIn(note).catch(async (error: unknown) => {
          await this.notes.leave(note);
          throw error;
        });
    } catch (error) {
      this.log.warn(`What a closed window left behind could not be read: ${describeError(error)}`);
    }
  }

  /** A note about a container that has gone on since then, or that another mark is newer than, is void. */
  private async takeIn({ workspaceId, containerId, action, at }: SleepNote): Promise<void> {
    const container = this.store.container(workspaceId);
    if (containerIdOf(container) !== containerId || !sleepOf({ idle: { action, at } }, container)) return;
    await this.store.update(workspaceId, (now) =>
      now.idle && Date.parse(now.idle.at) >= Date.parse(at) ? now : { ...now, idle: { action, at } },
    );
  }

  private async putToSleep(
    { engine, record: { id, name }, facts }: EngineWork,
    action: IdleAction,
    reason: SleepReason,
  ): Promise<ContainerState> {
    if (!facts) return { kind: 'absent' };
    if (!facts.running || facts.paused || !reason.mayBeLeft(facts)) return stateOfFacts(facts);
    await this.store.update(id, (now) => ({ ...now, idle: asleepNow(now, action) }));
    try {
      if (action === 'stop') await engine.stopContainer(facts.id);
      // One that somebody else paused since it was looked at is not ours to wake.
      else if (!(await engine.pauseContainer(facts.id))) await this.store.update(id, awake);
    } catch (error) {
      await this.store.update(id, awake);
      throw error;
    }
    this.log.info(`"${name}": ${reason.text}; ${action === 'pause' ? 'paused' : 'stopped'}`);
    const after = await engine.inspectContainer(facts.id);
    return after ? stateOfFacts(after) : { kind: 'absent' };
  }

  /** Whoever paused it meanwhile, or Panic, has the last word. */
  private async bringUp(work: EngineWork): Promise<ContainerState> {
    const { id } = work.record;
    const state: ContainerState = work.facts ? stateOfFacts(work.facts) : { kind: 'absent' };
    this.store.syncFromStorage();
    const record = this.store.record(id);
    requireNotFrozen(record);
    if (!sleepOf(record, state)) return state;
    await this.store.update(id, awake);
    work.operation.check();
    return await this.lifecycle.bringUp({ ...work, record });
  }
}
