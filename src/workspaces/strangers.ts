import { isEngineNameOf } from '../isolation/engineNames.ts';
import type { NetworkMode } from '../isolation/profile.ts';
import { hasCode, summarize } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { ContainerEngine } from './containerEngine.ts';
import type { ManagedContainer, ManagedProxy } from './engineContainers.ts';
import { statusOf } from './containerState.ts';
import { mainContainer } from './mainContainer.ts';
import { parseLabelRecord, type WorkspaceRecord } from './workspaceRecord.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** Younger things without a record may belong to a window that is just making them. */
const orphanAgeSeconds = 60;

/** What became of something that carries our labels and that no record speaks of. `left`: not ours to judge. */
export type StrangerOutcome = 'adopted' | 'removed' | 'young' | 'left';

/** Adopts what carries our labels and a record, and removes what nobody needs and nobody can have used. */
export class Strangers {
  private readonly store: Pick<WorkspaceStore, 'insert' | 'wasRemoved'>;
  private readonly log: Log;

  constructor(store: Pick<WorkspaceStore, 'insert' | 'wasRemoved'>, log: Log) {
    this.store = store;
    this.log = log;
  }

  /** The label is the second witness: it brings back a record that storage lost. */
  async adopt(
    engine: ContainerEngine,
    containers: readonly ManagedContainer[],
    proxies: readonly ManagedProxy[],
  ): Promise<StrangerOutcome> {
    const record = containers
      .map((container) => this.recordOf(container))
      .find((found) => found !== undefined);
    const container = mainContainer(containers, record);
    if (!container || !(await engine.inspectContainer(container.id))) return 'left';
    if (record && this.store.wasRemoved(record.id)) return await this.finishRemoval(engine, container);
    if (record && container.state.kind !== 'creating') {
      const status = statusOf(container.state, record.status);
      await this.insert(
        { ...record, ...egressNow(record), status, network: networkNow(record, proxies) },
        container,
      );
      return 'adopted';
    }
    return await this.removeUnused(engine, container);
  }

  /**
   * A container beside the workspace's own: one that is not named by us, as of an image that somebody committed with
   * our labels on it, is theirs.
   */
  async removeSpare(engine: ContainerEngine, container: ManagedContainer): Promise<StrangerOutcome> {
    const { kind } = container.state;
    const isOurs = isEngineNameOf(container.name, container.workspaceId);
    const isAtRest = kind === 'creating' || kind === 'stopped' || kind === 'failed';
    if (!isOurs || !isAtRest) {
      this.log.warn(`container ${container.name} carries the id of a workspace that has another one`);
      return 'left';
    }
    if (!isOld(container.createdAtSeconds)) return 'young';
    this.log.warn(`removing ${container.name}, whose workspace has another container`);
    await engine.removeContainer(container.id);
    return 'removed';
  }

  /** Proxies, networks and volumes of an id that no record and no container carries. */
  async removeRest(
    engine: ContainerEngine,
    workspaceId: string,
    rest: readonly { readonly name: string; readonly createdAtSeconds: number }[],
  ): Promise<StrangerOutcome> {
    if (!rest.every(({ createdAtSeconds }) => isOld(createdAtSeconds))) return 'young';
    this.log.warn(`removing ${rest.map(({ name }) => name).join(', ')}, of no workspace`);
    await engine.removeEverythingOf(workspaceId);
    return 'removed';
  }

  /** A window that had not heard of the removal may have made it again. */
  private async finishRemoval(
    engine: ContainerEngine,
    container: ManagedContainer,
  ): Promise<StrangerOutcome> {
    if (!isOld(container.createdAtSeconds)) return 'young';
    this.log.warn(`removing ${container.name}, whose workspace was deleted`);
    await engine.removeEverythingOf(container.workspaceId);
    return 'removed';
  }

  /** What was ever started may hold somebody's work, and be of a later version of Cordon: it stays. */
  private async removeUnused(engine: ContainerEngine, container: ManagedContainer): Promise<StrangerOutcome> {
    if (container.state.kind !== 'creating') return 'left';
    if (!isOld(container.createdAtSeconds)) return 'young';
    this.log.warn(`removing ${container.name}, which belongs to no workspace and was never started`);
    await engine.removeEverythingOf(container.workspaceId);
    return 'removed';
  }

  private recordOf(container: ManagedContainer): WorkspaceRecord | undefined {
    try {
      const record = parseLabelRecord(container.record);
      if (record.id === container.workspaceId) return record;
      this.log.warn(`container ${container.name} carries the record of another workspace`);
    } catch (error) {
      this.log.warn(
        `container ${container.name} carries no record that can be read`,
        summarize(error).message,
      );
    }
    return undefined;
  }

  /** Somebody may have made a workspace of the same name meanwhile: both stay, this one with its id behind its name. */
  private async insert(record: WorkspaceRecord, { state }: ManagedContainer): Promise<void> {
    const name = `${Array.from(record.name).slice(0, 90).join('')} ${record.id.slice(0, 8)}`;
    try {
      await this.store.insert(record, state);
    } catch (error) {
      if (!hasCode(error, 'workspaceExists')) throw error;
      await this.store.insert({ ...record, name }, state);
    }
    this.log.info(`adopted "${record.name}" from its container`);
  }
}

/**
 * A label tells the network that a container was made for: since then a person may have taken its proxy away, or given it
 * one with rules that the label does not know. What is not sure to be still wanted is no more.
 */
function networkNow({ id, network }: WorkspaceRecord, proxies: readonly ManagedProxy[]): NetworkMode {
  if (network !== 'filtered') return network;
  return proxies.some(({ workspaceId }) => workspaceId === id) ? 'filtered' : 'isolated';
}

/**
 * The same of what it may reach: whatever it denied it still denies, and what it was allowed in particular may have been
 * taken back since. What settings allow to all workspaces stays.
 */
function egressNow({ network, egress }: WorkspaceRecord): Pick<WorkspaceRecord, 'egress'> {
  if (network !== 'filtered' && !egress) return {};
  return { egress: { presets: [], allow: [], deny: egress?.deny ?? [] } };
}

function isOld(createdAtSeconds: number): boolean {
  return Date.now() / 1000 - createdAtSeconds > orphanAgeSeconds;
}
