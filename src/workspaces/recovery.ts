import PQueue from 'p-queue';
import { describeError } from '../shared/describeError.ts';
import type { Log } from '../shared/log.ts';
import type { ContainerEngine, ManagedContainer } from './containerEngine.ts';
import { isFrozen } from './frozen.ts';
import { goneOn, isHeldStill } from './held.ts';
import { containerIdOf, removedOutside, stateOfFacts, statusOf } from './containerState.ts';
import { mainContainer } from './mainContainer.ts';
import { Strangers, type StrangerOutcome } from './strangers.ts';
import type { ContainerState } from './workspace.ts';
import type { WorkspaceRecord } from './workspaceRecord.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** After this long nobody works on an intent any more, whatever its process id says: ids are used again. */
const longestIntentMs = 3_600_000;
/** How many workspaces are put right side by side. */
const concurrency = 8;

/** What one reconcile found and did. */
export interface Reconciled {
  readonly workspaces: number;
  readonly containers: number;
  /** Workspaces whose record was lost and came back from the label of the container. */
  readonly adopted: number;
  /** Workspaces with an operation that was interrupted, and was finished or undone. */
  readonly finished: number;
  /** Containers, networks and volumes that belonged to no workspace. */
  readonly removed: number;
  /** What could not be put right; the log says why. */
  readonly failed: number;
  /** Too young to be called nobody's: another window may be making it. */
  readonly young: number;
}

type Outcome = StrangerOutcome | 'finished' | 'failed' | undefined;

/** Makes records and engine agree: finishes or undoes what was interrupted, adopts and removes what has no record. */
export class Recovery {
  private readonly store: WorkspaceStore;
  private readonly isBusy: (workspaceId: string) => boolean;
  /** Whether the process that wrote an intent still lives. */
  private readonly isAlive: (owner: number) => boolean;
  /** Whether this window holds a workspace still, and lets it go on by itself. */
  private readonly isHeldHere: (workspaceId: string) => boolean;
  private readonly log: Log;
  private readonly strangers: Strangers;

  constructor(parts: {
    store: WorkspaceStore;
    isBusy: (workspaceId: string) => boolean;
    isAlive: (owner: number) => boolean;
    isHeldHere: (workspaceId: string) => boolean;
    log: Log;
  }) {
    this.store = parts.store;
    this.isBusy = parts.isBusy;
    this.isAlive = parts.isAlive;
    this.isHeldHere = parts.isHeldHere;
    this.log = parts.log;
    this.strangers = new Strangers(parts.store, parts.log);
  }

  async reconcile(engine: ContainerEngine): Promise<Reconciled> {
    const startedAt = performance.now();
    const [containers, networks, volumes] = await Promise.all([
      engine.listContainers(),
      engine.listNetworks(),
      engine.listVolumes(),
    ]);
    // What other windows stored before the engine answered; what they store from now on is younger than the answer.
    this.store.syncFromStorage();
    const found = byWorkspace(containers);
    const rest = byWorkspace([...networks, ...volumes]);
    const records = this.store.records();
    const outcomes = await this.inTurns([
      ...records
        .filter(({ id }) => !this.isBusy(id))
        .flatMap((record) => this.tasksFor(engine, record, found.get(record.id) ?? [])),
      ...[...found]
        .filter(([id]) => !this.store.has(id))
        .map(([, strange]) => this.guarded(nameOf(strange), () => this.strangers.adopt(engine, strange))),
      ...[...rest]
        .filter(([id]) => !this.store.has(id) && !found.has(id))
        .map(([id, strange]) =>
          this.guarded(nameOf(strange), () => this.strangers.removeRest(engine, id, strange)),
        ),
    ]);
    const count = (outcome: Outcome) => outcomes.filter((each) => each === outcome).length;
    const reconciled: Reconciled = {
      workspaces: this.store.records().length,
      containers: containers.length,
      adopted: count('adopted'),
      finished: count('finished'),
      removed: count('removed'),
      failed: count('failed'),
      young: count('young'),
    };
    this.log.info(
      `reconciled in ${Math.round(performance.now() - startedAt)} ms: ${Object.entries(reconciled)
        .map(([what, number]) => `${number} ${what}`)
        .join(', ')}`,
    );
    return reconciled;
  }

  private tasksFor(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    containers: readonly ManagedContainer[],
  ): (() => Promise<Outcome>)[] {
    const main = mainContainer(containers, record);
    const spares = record.intent ? [] : containers.filter((container) => container !== main);
    return [
      this.guarded(record.name, () => this.putRight(engine, record, main)),
      ...spares.map((spare) => this.guarded(spare.name, () => this.strangers.removeSpare(engine, spare))),
    ];
  }

  private async putRight(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    container: ManagedContainer | undefined,
  ): Promise<'finished' | undefined> {
    const state = await this.letGoOn(engine, record, container);
    if (!record.intent) {
      await this.follow(engine, record, state);
      return undefined;
    }
    if (this.isAtWork(record.intent.owner, record.intent.startedAt)) return undefined;
    this.log.warn(`"${record.name}": ${record.intent.operation} was interrupted`);
    switch (record.intent.operation) {
      case 'create':
      case 'discard':
      case 'remove':
        await engine.removeEverythingOf(record.id);
        await this.store.delete(record.id);
        break;
      case 'archive':
        await engine.removeEverythingOf(record.id);
        await this.store.update(record.id, (now) => ({ ...now, status: 'archived', intent: undefined }), {
          kind: 'absent',
        });
        break;
      case 'update':
      case 'start':
      case 'stop':
      case 'restart':
      case 'pause':
      case 'resume':
        await this.settleHalfMade(engine, record, container, state);
    }
    return 'finished';
  }

  /** A process that held the container still and was killed cannot let it go on any more. */
  private async letGoOn(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    container: ManagedContainer | undefined,
  ): Promise<ContainerState> {
    const state = container?.state ?? { kind: 'absent' };
    const { id, name, held } = record;
    if (!held || !isHeldStill(record) || this.isHeldHere(id) || this.isAtWork(held.owner, held.at))
      return state;
    const goesOn = container && state.kind === 'paused' && !isFrozen(record);
    if (goesOn) {
      this.log.warn(`"${name}" was held still by a process that is gone`);
      await engine.resumeContainer(container.id);
    }
    await this.store.update(id, goneOn);
    return goesOn ? { ...state, kind: 'running' } : state;
  }

  /** A container that was made but never started goes; any other one says itself how far things came. */
  private async settleHalfMade(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    container: ManagedContainer | undefined,
    state: ContainerState,
  ): Promise<void> {
    const isHalfMade = !container || state.kind === 'creating';
    if (isHalfMade) await engine.removeEverythingOf(record.id);
    const settled: ContainerState = isHalfMade ? { kind: 'absent' } : state;
    await this.store.update(
      record.id,
      (now) => ({ ...now, intent: undefined, status: statusOf(settled, now.status) }),
      settled,
    );
  }

  private async follow(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    listed: ContainerState,
  ): Promise<void> {
    const neverStarted = listed.kind === 'creating' && listed.id !== undefined;
    const before = this.store.container(record.id);
    const state = await this.certain(
      engine,
      before,
      neverStarted ? { kind: 'stopped', id: listed.id } : listed,
    );
    const isLost = state.kind === 'absent' && record.status === 'active';
    // The reason is told until somebody starts it again.
    if (state.kind === 'absent' && before.kind === 'absent' && !isLost) return;
    this.store.setContainer(record.id, isLost ? removedOutside : state);
  }

  /**
   * A list may tell what was a moment ago: Docker Engine lists from a copy that it brings up to date only after it told
   * of the change (`containersReplica`). Where it differs from what events told, the container itself is asked.
   */
  private async certain(
    engine: ContainerEngine,
    before: ContainerState,
    listed: ContainerState,
  ): Promise<ContainerState> {
    const id = containerIdOf(listed);
    const isDoubtful =
      id !== undefined &&
      id === containerIdOf(before) &&
      before.kind !== 'unknown' &&
      before.kind !== listed.kind;
    if (!isDoubtful) return listed;
    const facts = await engine.inspectContainer(id);
    return facts ? stateOfFacts(facts) : { kind: 'absent' };
  }

  private isAtWork(owner: number, since: string): boolean {
    // Before now or after it, for clocks are moved.
    const age = Math.abs(Date.now() - Date.parse(since));
    return age < longestIntentMs && this.isAlive(owner);
  }

  private async inTurns(tasks: readonly (() => Promise<Outcome>)[]): Promise<readonly Outcome[]> {
    return await new PQueue({ concurrency }).addAll(tasks);
  }

  /** One workspace that cannot be put right does not keep the others from it. */
  private guarded(name: string, work: () => Promise<Outcome>): () => Promise<Outcome> {
    return async () => {
      try {
        return await work();
      } catch (error) {
        this.log.warn(`"${name}" could not be put right yet: ${describeError(error)}`);
        return 'failed';
      }
    };
  }
}

function byWorkspace<T extends { readonly workspaceId: string }>(things: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const group = groups.get(thing.workspaceId);
    if (group) group.push(thing);
    else groups.set(thing.workspaceId, [thing]);
  }
  return groups;
}

function nameOf([first]: readonly { readonly name: string }[]): string {
  return first?.name ?? '';
}
