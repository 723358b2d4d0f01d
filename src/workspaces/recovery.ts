import PQueue from 'p-queue';
import { describeError } from '../shared/describeError.ts';
import type { Log } from '../shared/log.ts';
import type { ContainerEngine } from './containerEngine.ts';
import type { ManagedContainer } from './engineContainers.ts';
import { followList } from './followList.ts';
import { Interrupted } from './interrupted.ts';
import { mainContainer } from './mainContainer.ts';
import { Strangers, type StrangerOutcome } from './strangers.ts';
import type { ReviewViews } from './views/reviewViews.ts';
import type { WorkspaceRecord } from './workspaceRecord.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

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
  /** Containers, proxies, networks and volumes that belonged to no workspace. */
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
  private readonly log: Log;
  private readonly interrupted: Interrupted;
  private readonly views: Pick<ReviewViews, 'removeLeft'>;
  private readonly strangers: Strangers;

  constructor(parts: {
    store: WorkspaceStore;
    isBusy: (workspaceId: string) => boolean;
    /** Whether the process that wrote an intent still lives. */
    isAlive: (owner: number, sinceMs?: number) => boolean;
    /** Whether this window holds a workspace still, and lets it go on by itself. */
    isHeldHere: (workspaceId: string) => boolean;
    views: Pick<ReviewViews, 'endBringing' | 'forgetBringing' | 'remove' | 'removeLeft'>;
    log: Log;
  }) {
    this.store = parts.store;
    this.isBusy = parts.isBusy;
    this.log = parts.log;
    this.interrupted = new Interrupted(parts);
    this.views = parts.views;
    this.strangers = new Strangers(parts.store, parts.log);
  }

  async reconcile(engine: ContainerEngine): Promise<Reconciled> {
    const startedAt = performance.now();
    const [containers, proxies, networks, volumes] = await Promise.all([
      engine.listContainers(),
      engine.listProxies(),
      engine.listNetworks(),
      engine.listVolumes(),
    ]);
    // What other windows stored before the engine answered; what they store from now on is younger than the answer.
    this.store.syncFromStorage();
    const found = byWorkspace(containers);
    const rest = byWorkspace([...proxies, ...networks, ...volumes]);
    const records = this.store.records();
    const ofWorkspaces = await this.inTurns([
      ...records
        .filter(({ id }) => !this.isBusy(id))
        .flatMap((record) => this.tasksFor(engine, record, found.get(record.id) ?? [])),
      ...[...found]
        .filter(([id]) => !this.store.has(id))
        .map(([, strange]) =>
          this.guarded(nameOf(strange), () => this.strangers.adopt(engine, strange, proxies)),
        ),
      ...[...rest]
        .filter(([id]) => !this.store.has(id) && !found.has(id))
        .map(([id, strange]) =>
          this.guarded(nameOf(strange), () => this.strangers.removeRest(engine, id, strange)),
        ),
    ]);
    const wasDeleted = (id: string) => this.store.wasRemoved(id) && !this.store.has(id);
    const ofViews = this.guarded('review', async () =>
      (await this.views.removeLeft(engine, wasDeleted)) ? 'young' : undefined,
    );
    const outcomes = [...ofWorkspaces, await ofViews()];
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
    const state = await this.interrupted.letGoOn(engine, record, container);
    if (record.intent) return (await this.interrupted.finish(engine, record, state)) ? 'finished' : undefined;
    await followList(engine, this.store, record, state);
    return undefined;
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
