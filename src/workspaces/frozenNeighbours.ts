import { isAtOrBelow, placeOf } from '../isolation/pathPlace.ts';
import { describeError } from '../shared/describeError.ts';
import type { Log } from '../shared/log.ts';
import type { ContainerEngine, ManagedContainer } from './containerEngine.ts';
import { isFrozen } from './frozen.ts';
import { parseLabelRecord } from './workspaceRecord.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

type Engine = Pick<ContainerEngine, 'listContainers' | 'pauseContainer' | 'resumeContainer'>;

/** Holds the containers still that could change a folder, while something is done that trusts it to stay as it is. */
export class FrozenNeighbours {
  /** The folder of a record, with its symbolic links resolved; rejects where that cannot be told. */
  private readonly resolveFolder: (folderUri: string) => Promise<string>;
  private readonly store: Pick<WorkspaceStore, 'find' | 'update' | 'syncFromStorage'>;
  /** Process id of this extension host. */
  private readonly owner: number;
  private readonly platform: NodeJS.Platform;
  private readonly log: Log;
  private readonly rounds = new Set<ManagedContainer[]>();
  /** By workspace: those that are just being let go. */
  private readonly goingOn = new Map<string, Promise<void>>();

  constructor(parts: {
    resolveFolder: (folderUri: string) => Promise<string>;
    store: Pick<WorkspaceStore, 'find' | 'update' | 'syncFromStorage'>;
    owner: number;
    platform: NodeJS.Platform;
    log: Log;
  }) {
    this.resolveFolder = parts.resolveFolder;
    this.store = parts.store;
    this.owner = parts.owner;
    this.platform = parts.platform;
    this.log = parts.log;
  }

  /** Runs `work`, which is told whether there was anybody to hold, and lets them go on after it. */
  async during<T>(
    engine: Engine,
    { folder, except }: { readonly folder: string; readonly except: string },
    work: (heldSome: boolean) => Promise<T>,
  ): Promise<T> {
    await Promise.all(this.goingOn.values());
    const held: ManagedContainer[] = [];
    let heldSome = false;
    this.rounds.add(held);
    try {
      for (const container of await engine.listContainers()) {
        if (container.workspaceId === except || !this.canBeHeld(container)) continue;
        if (!(await this.couldChange(container, folder))) continue;
        heldSome = true;
        await this.hold(engine, container, held);
      }
      return await work(heldSome);
    } finally {
      this.rounds.delete(held);
      for (const container of held) if (!this.isHeld(container)) await this.letGo(engine, container);
    }
  }

  /** Whoever is paused for a reason of their own stays so from now on, whatever becomes of this process. */
  async keep(workspaceId: string): Promise<void> {
    for (const held of this.rounds) {
      const index = held.findIndex((container) => container.workspaceId === workspaceId);
      if (index >= 0) held.splice(index, 1);
    }
    await this.goingOn.get(workspaceId);
    await this.forget(workspaceId);
  }

  /** One that somebody else paused since it was listed is not ours to let go. */
  private async hold(engine: Engine, container: ManagedContainer, held: ManagedContainer[]): Promise<void> {
    const isHeldAlready = this.isHeld(container);
    held.push(container);
    await this.remember(container.workspaceId);
    const isPausedByUs = await engine.pauseContainer(container.id);
    if (!isPausedByUs && !isHeldAlready) await this.keep(container.workspaceId);
  }

  /** What another round holds must stay still for as long as this one needs it, too. */
  private canBeHeld(container: ManagedContainer): boolean {
    return container.state.kind === 'running' || this.isHeld(container);
  }

  private isHeld({ id }: ManagedContainer): boolean {
    return [...this.rounds].some((held) => held.some((container) => container.id === id));
  }

  private async letGo(engine: Engine, container: ManagedContainer): Promise<void> {
    const going = this.resume(engine, container);
    this.goingOn.set(container.workspaceId, going);
    await going;
    this.goingOn.delete(container.workspaceId);
  }

  private async resume(engine: Engine, { id, name, workspaceId }: ManagedContainer): Promise<void> {
    try {
      if (this.mayGoOn(workspaceId)) await engine.resumeContainer(id);
      await this.forget(workspaceId);
    } catch (error) {
      this.log.warn(`${name} was held still for a moment and could not go on: ${describeError(error)}`);
    }
  }

  /** So that it goes on at the next activation if this process is killed. */
  private async remember(workspaceId: string): Promise<void> {
    const held = { owner: this.owner, startedAt: new Date().toISOString() };
    await this.store.update(workspaceId, (now) => ({ ...now, held }));
  }

  private async forget(workspaceId: string): Promise<void> {
    if (!this.store.find(workspaceId)?.held) return;
    await this.store.update(workspaceId, (now) => ({ ...now, held: undefined }));
  }

  /** False for one that Panic froze meanwhile, or that another window paused for good. */
  private mayGoOn(workspaceId: string): boolean {
    this.store.syncFromStorage();
    const record = this.store.find(workspaceId);
    return !record || (record.held !== undefined && !isFrozen(record));
  }

  /** Whatever cannot be told apart from a neighbour is taken for one. */
  private async couldChange(container: ManagedContainer, folder: string): Promise<boolean> {
    try {
      const record = parseLabelRecord(container.record);
      if (record.mount === 'readonly') return false;
      const [own, other] = [folder, await this.resolveFolder(record.folder)].map((path) =>
        placeOf(path, this.platform),
      );
      return !own || !other || isAtOrBelow(other, own) || isAtOrBelow(own, other);
    } catch {
      return true;
    }
  }
}
