import { describeError } from '../shared/describeError.ts';
import { hasCode } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { BriefUses } from './briefUses.ts';
import type { ContainerEngine } from './containerEngine.ts';
import type { ManagedContainer } from './engineContainers.ts';
import { FolderTurns } from './folderTurns.ts';
import { HoldMarks } from './holdMarks.ts';
import { HoldRounds, type HoldRound } from './holdRounds.ts';
import type { OwnResumes } from './ownResumes.ts';
import { parseLabelRecord } from './workspaceRecord.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

type Engine = Pick<
  ContainerEngine,
  'listContainers' | 'pauseContainer' | 'resumeContainer' | 'inspectContainer'
>;
type Store = Pick<
  WorkspaceStore,
  'find' | 'records' | 'container' | 'update' | 'setContainer' | 'syncFromStorage'
>;

/** The containers that an engine listed. */
export interface ListedContainers {
  readonly containers: readonly ManagedContainer[];
  /** When they were asked for, by `performance.now()`. */
  readonly atMs: number;
}

/** A folder that is trusted to stay as it is. */
interface StillFolder {
  readonly folder: string;
  /** A workspace that goes on. */
  readonly except?: string;
  /** A workspace that is held still although it cannot change the folder. */
  readonly with?: string;
}

/**
 * Holds the containers still that could change a folder, while something is done that trusts it to stay as it is. Those
 * who do so with one folder come one after the other: what has just been started could change it for the next one.
 */
export class FrozenNeighbours {
  /** The folder of a record, with its symbolic links resolved; rejects where that cannot be told. */
  private readonly realFolder: (folderUri: string) => Promise<string>;
  private readonly store: Store;
  private readonly ownResumes: Pick<OwnResumes, 'begin' | 'end'>;
  private readonly onLeftStill: () => void;
  private readonly log: Log;
  private readonly turns: FolderTurns;
  private readonly rounds: HoldRounds;
  private readonly marks: HoldMarks;
  /** By workspace: those that are just being let go. */
  private readonly goingOn = new Map<string, Promise<void>>();
  /** How many were let go until now. */
  private letGoCount = 0;
  private readonly uses = new BriefUses((workspaceId) => this.holds(workspaceId));

  constructor(parts: {
    realFolder: (folderUri: string) => Promise<string>;
    store: Store;
    /** The number of this extension host. */
    owner: number;
    /** Whether the process of another window still lives. */
    isAlive: (owner: number) => boolean;
    platform: NodeJS.Platform;
    ownResumes: Pick<OwnResumes, 'begin' | 'end'>;
    /** Hears of somebody who could not be let go: a reconcile does it. */
    onLeftStill: () => void;
    log: Log;
  }) {
    this.realFolder = parts.realFolder;
    this.store = parts.store;
    this.ownResumes = parts.ownResumes;
    this.onLeftStill = parts.onLeftStill;
    this.log = parts.log;
    this.turns = new FolderTurns(parts.platform);
    this.rounds = new HoldRounds(this.turns);
    this.marks = new HoldMarks({ ...parts, turns: this.turns });
  }

  /**
   * Runs `work`, which is told whether anybody may have changed the folder until now, and who was there, and lets them go
   * on after it.
   */
  async during<T>(
    engine: Engine,
    { folder, except, with: also }: StillFolder,
    work: (mayHaveChanged: boolean, listed: ListedContainers) => Promise<T>,
  ): Promise<T> {
    const round = this.rounds.begin(folder, except);
    return await this.turns.run('still', folder, async (hasWaited) => {
      try {
        await this.marks.untilNoOtherWindowHolds(folder);
        const listed = await this.list(engine);
        const others = listed.containers.filter(
          (other) => other.workspaceId !== except && this.canBeHeld(other),
        );
        const isToHold = await Promise.all(
          others.map(async (other) => other.workspaceId === also || (await this.couldChange(other, folder))),
        );
        for (const container of others.filter((_, index) => isToHold[index]))
          await this.hold(engine, container, round);
        return await work(hasWaited || round.held.size > 0, listed);
      } finally {
        await Promise.all(this.rounds.end(round).map((container) => this.letGo(engine, container)));
      }
    });
  }

  /** Runs `work`, which lets a workspace run on, while nobody trusts its folder to stay as it is. */
  async whileNoneIsHeld<T>(folderUri: string, work: () => Promise<T>): Promise<T> {
    const folder = await this.realFolder(folderUri).catch(() => undefined);
    return await this.turns.run('moving', folder, work);
  }

  /** Runs `work`, which starts something in a workspace and is done soon, while that one is not held still. */
  async whileFree<T>(workspaceId: string, work: () => Promise<T>): Promise<T> {
    return await this.uses.whileFree(workspaceId, work);
  }

  /** Whether the workspace is held still, or just being let go. */
  holds(workspaceId: string): boolean {
    return this.goingOn.has(workspaceId) || this.rounds.holds(workspaceId);
  }

  /** Whoever is paused for a reason of their own stays so from now on, whatever becomes of this process. */
  async keep(workspaceId: string): Promise<void> {
    this.rounds.forget(workspaceId);
    await this.goingOn.get(workspaceId);
    await this.marks.end(workspaceId);
    this.uses.tellFree(workspaceId);
  }

  /** The containers as they are: one that was let go meanwhile may be listed as paused, and runs. */
  private async list(engine: Engine): Promise<ListedContainers> {
    for (;;) {
      await Promise.all(this.goingOn.values());
      const { letGoCount } = this;
      const atMs = performance.now();
      const containers = await engine.listContainers();
      if (letGoCount === this.letGoCount) return { containers, atMs };
    }
  }

  /** One that somebody else paused since it was listed is not ours to let go, and one that ended changes nothing any more. */
  private async hold(engine: Engine, container: ManagedContainer, round: HoldRound): Promise<void> {
    const { workspaceId, id, state } = container;
    const isHeldAlready = this.rounds.isHeld(container);
    const isHandedOn = round.held.has(id);
    if (isHandedOn && state.kind === 'paused') return;
    if (!isHandedOn) round.held.set(id, { container, sinceMs: performance.now() });
    await this.uses.settled(workspaceId);
    await this.goingOn.get(workspaceId);
    const wasLeftStill = this.marks.isLeftStill(workspaceId);
    // Unless somebody pauses it for a reason of their own meanwhile.
    if (round.held.has(id))
      await this.marks.leave(workspaceId).catch((error: unknown) => {
        // Another window holds it since a moment: this one must not let it go.
        round.held.delete(id);
        throw error;
      });
    try {
      const isPausedByUs = await engine.pauseContainer(id);
      if (!isPausedByUs && !isHeldAlready && !wasLeftStill && !this.rounds.isHeld(container, round))
        await this.keep(workspaceId);
    } catch (error) {
      const facts = await engine.inspectContainer(id);
      if (facts?.running || facts?.paused) throw error;
      await this.keep(workspaceId);
    }
  }

  /** What another round holds must stay still for as long as this one needs it, too. */
  private canBeHeld(container: ManagedContainer): boolean {
    return container.state.kind === 'running' || this.rounds.isHeld(container);
  }

  private async letGo(engine: Engine, container: ManagedContainer): Promise<void> {
    this.letGoCount++;
    const going = this.resume(engine, container);
    this.goingOn.set(container.workspaceId, going);
    await going;
    this.goingOn.delete(container.workspaceId);
    this.uses.tellFree(container.workspaceId);
  }

  private async resume(engine: Engine, { id, name, workspaceId, state }: ManagedContainer): Promise<void> {
    try {
      if (this.marks.mayGoOn(workspaceId)) {
        this.ownResumes.begin(id);
        await engine.resumeContainer(id).catch(unlessEnded);
        // Whoever waited for this must not have to wait for the engine's event, too.
        const known = this.store.container(workspaceId);
        if (state.kind === 'running' && known.kind === 'paused' && known.id === id)
          this.store.setContainer(workspaceId, { ...known, kind: 'running' });
      }
      await this.marks.end(workspaceId);
    } catch (error) {
      this.ownResumes.end(id);
      this.log.warn(`${name} was held still for a moment and could not go on: ${describeError(error)}`);
      this.onLeftStill();
    }
  }

  /** Whatever cannot be told apart from a neighbour is taken for one. */
  private async couldChange({ record: label }: ManagedContainer, folder: string): Promise<boolean> {
    try {
      const record = parseLabelRecord(label);
      if (record.mount !== 'live') return false;
      return this.turns.overlap(folder, await this.realFolder(record.folder));
    } catch {
      return true;
    }
  }
}

/** One that ended, or was removed, while it was held still has nothing to go on with. */
function unlessEnded(error: unknown): void {
  if (!hasCode(error, 'notRunning')) throw error;
}
