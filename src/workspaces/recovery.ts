import { describeError } from '../shared/describeError.ts';
import { summarize } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { ContainerEngine, ManagedContainer } from './containerEngine.ts';
import { isFrozen } from './frozen.ts';
import { statusOf } from './containerState.ts';
import type { ContainerState } from './workspace.ts';
import { parseLabelRecord, type Intent, type WorkspaceRecord } from './workspaceRecord.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** After this long nobody works on an intent any more, whatever its process id says: ids are used again. */
const longestIntentMs = 3_600_000;
/** Younger things without a record may belong to a window that is just making them. */
const orphanAgeSeconds = 60;

/** Makes records and engine agree: finishes or undoes what was interrupted, adopts and removes what has no record. */
export class Recovery {
  private readonly store: WorkspaceStore;
  private readonly isBusy: (workspaceId: string) => boolean;
  /** Whether the process that wrote an intent still lives. */
  private readonly isAlive: (owner: number) => boolean;
  private readonly log: Log;

  constructor(
    store: WorkspaceStore,
    isBusy: (workspaceId: string) => boolean,
    isAlive: (owner: number) => boolean,
    log: Log,
  ) {
    this.store = store;
    this.isBusy = isBusy;
    this.isAlive = isAlive;
    this.log = log;
  }

  async reconcile(engine: ContainerEngine): Promise<void> {
    const startedAt = performance.now();
    this.store.syncFromStorage();
    const [containers, networks] = await Promise.all([engine.listContainers(), engine.listNetworks()]);
    const byWorkspace = new Map(containers.map((container) => [container.workspaceId, container]));
    for (const record of this.store.records()) {
      if (this.isBusy(record.id)) continue;
      await this.guard(record.name, () => this.putRight(engine, record, byWorkspace.get(record.id)));
    }
    for (const container of containers)
      if (!this.store.has(container.workspaceId))
        await this.guard(container.name, () => this.adoptOrRemove(engine, container));
    for (const network of networks)
      if (
        !this.store.has(network.workspaceId) &&
        !byWorkspace.has(network.workspaceId) &&
        isOld(network.createdAtSeconds)
      )
        await this.guard(network.name, () => engine.removeEverythingOf(network.workspaceId));
    this.log.info(
      `reconciled ${this.store.records().length} workspaces with ${containers.length} containers in ${Math.round(performance.now() - startedAt)} ms`,
    );
  }

  private async putRight(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    container: ManagedContainer | undefined,
  ): Promise<void> {
    const state = await this.letGoOn(engine, record, container);
    if (!record.intent) {
      this.follow(record, state);
      return;
    }
    if (this.isWorkedOn(record.intent)) return;
    this.log.warn(`"${record.name}": ${record.intent.operation} was interrupted`);
    switch (record.intent.operation) {
      case 'create':
      case 'discard':
      case 'remove':
        await engine.removeEverythingOf(record.id);
        await this.store.delete(record.id);
        return;
      case 'archive':
        await engine.removeEverythingOf(record.id);
        await this.store.update(record.id, (now) => ({ ...now, status: 'archived', intent: undefined }), {
          kind: 'absent',
        });
        return;
      case 'update':
      case 'start':
      case 'stop':
      case 'restart':
      case 'pause':
      case 'resume':
        await this.settleHalfMade(engine, record, container, state);
    }
  }

  /** A process that held the container still and was killed cannot let it go on any more. */
  private async letGoOn(
    engine: ContainerEngine,
    { id, name, held, frozen }: WorkspaceRecord,
    container: ManagedContainer | undefined,
  ): Promise<ContainerState> {
    const state = container?.state ?? { kind: 'absent' };
    if (!held || this.isWorkedOn(held)) return state;
    const goesOn = container && state.kind === 'paused' && !isFrozen({ frozen });
    if (goesOn) {
      this.log.warn(`"${name}" was held still by a process that is gone`);
      await engine.resumeContainer(container.id);
    }
    await this.store.update(id, (now) => ({ ...now, held: undefined }));
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

  private follow(record: WorkspaceRecord, listed: ContainerState): void {
    const neverStarted = listed.kind === 'creating' && listed.id !== undefined;
    const state: ContainerState = neverStarted ? { kind: 'stopped', id: listed.id } : listed;
    const wasActive = record.status === 'active' && state.kind === 'absent';
    this.store.setContainer(
      record.id,
      wasActive ? { kind: 'absent', reason: 'the container was removed outside of Cordon' } : state,
    );
  }

  /** The label is the second witness: it brings back a record that storage lost. */
  private async adoptOrRemove(engine: ContainerEngine, container: ManagedContainer): Promise<void> {
    let record: WorkspaceRecord | undefined;
    try {
      record = parseLabelRecord(container.record);
    } catch (error) {
      this.log.warn(
        `container ${container.name} carries no record that can be read`,
        summarize(error).message,
      );
    }
    if (!(await engine.inspectContainer(container.id))) return;
    const isOurs = record?.id === container.workspaceId && container.state.kind !== 'creating';
    if (record && isOurs && !this.store.wasRemoved(record.id)) {
      const status = statusOf(container.state, record.status);
      await this.store.insert({ ...record, status }, container.state);
      this.log.info(`adopted "${record.name}" from its container`);
    } else if (isOld(container.createdAtSeconds)) {
      this.log.warn(`removing ${container.name}, which belongs to no workspace`);
      await engine.removeEverythingOf(container.workspaceId);
    }
  }

  private isWorkedOn(intent: Pick<Intent, 'owner' | 'startedAt'>): boolean {
    const age = Date.now() - Date.parse(intent.startedAt);
    return age < longestIntentMs && this.isAlive(intent.owner);
  }

  /** One workspace that cannot be put right does not keep the others from it. */
  private async guard(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.log.error(`"${name}" could not be put right: ${describeError(error)}`);
    }
  }
}

function isOld(createdAtSeconds: number): boolean {
  return Date.now() / 1000 - createdAtSeconds > orphanAgeSeconds;
}
