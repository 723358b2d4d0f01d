import type { ManagedContainer } from './engineContainers.ts';
import type { FolderTurns } from './folderTurns.ts';

/** Where many start one after the other, whoever is held goes on for a moment after this long. */
const longestHoldMs = 5000;

interface Held {
  readonly container: ManagedContainer;
  readonly sinceMs: number;
}

/** Something that is done with a folder, or waits to be, while others are held still. */
export interface HoldRound {
  readonly folder: string;
  /** The workspace that is not held for it; none where all are. */
  readonly except: string | undefined;
  /** By container id. */
  readonly held: Map<string, Held>;
}

/** Knows who is held still for what. */
export class HoldRounds {
  private readonly turns: Pick<FolderTurns, 'overlap'>;
  /** In the order in which they came. */
  private readonly rounds = new Set<HoldRound>();

  constructor(turns: Pick<FolderTurns, 'overlap'>) {
    this.turns = turns;
  }

  begin(folder: string, except?: string): HoldRound {
    const round: HoldRound = { folder, except, held: new Map() };
    this.rounds.add(round);
    return round;
  }

  /** Whether a container is held for any round, or any but one. */
  isHeld({ id }: ManagedContainer, besides?: HoldRound): boolean {
    return [...this.rounds].some((round) => round !== besides && round.held.has(id));
  }

  /** Whether a container of the workspace is held. */
  holds(workspaceId: string): boolean {
    return [...this.rounds]
      .flatMap(({ held }) => [...held.values()])
      .some(({ container }) => container.workspaceId === workspaceId);
  }

  /** No round lets the containers of this workspace go. */
  forget(workspaceId: string): void {
    for (const { held } of this.rounds)
      for (const [id, { container }] of held) if (container.workspaceId === workspaceId) held.delete(id);
  }

  /**
   * Gives whom nobody holds any more. Whom the next round needs still, too, is handed on to it: a pause and a resume take
   * as long as a start.
   */
  end(round: HoldRound): readonly ManagedContainer[] {
    this.rounds.delete(round);
    const next = [...this.rounds].find(({ folder }) => this.turns.overlap(folder, round.folder));
    const free: ManagedContainer[] = [];
    for (const held of round.held.values()) {
      const { container, sinceMs } = held;
      if (this.isHeld(container)) continue;
      const mayStay = performance.now() - sinceMs < longestHoldMs;
      if (next && next.except !== container.workspaceId && mayStay) next.held.set(container.id, held);
      else free.push(container);
    }
    return free;
  }
}
