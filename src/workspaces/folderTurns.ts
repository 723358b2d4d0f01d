import { isAtOrBelow, placeOf } from '../isolation/pathPlace.ts';

/**
 * `still`: trusts the folder to stay as it is, and bears nobody else there. `moving`: lets something run there that may
 * change it, beside others who do.
 */
type TurnKind = 'still' | 'moving';

interface Turn {
  readonly kind: TurnKind;
  /** `undefined` where it cannot be told: it may be any. */
  readonly folder: string | undefined;
  readonly begin: () => void;
  hasBegun: boolean;
}

/** Lets those who work on folders that hold each other do so in turn. */
export class FolderTurns {
  private readonly platform: NodeJS.Platform;
  /** In the order in which they came. */
  private readonly turns = new Set<Turn>();

  constructor(platform: NodeJS.Platform) {
    this.platform = platform;
  }

  /** Runs `work` once nobody is in its way; it is told whether it had to wait for that. */
  async run<T>(
    kind: TurnKind,
    folder: string | undefined,
    work: (hasWaited: boolean) => Promise<T>,
  ): Promise<T> {
    let turn: Turn | undefined;
    const begun = new Promise<void>((begin) => {
      turn = { kind, folder, begin, hasBegun: false };
      this.turns.add(turn);
    });
    this.beginAll();
    const hasWaited = !turn?.hasBegun;
    try {
      await begun;
      return await work(hasWaited);
    } finally {
      if (turn) this.turns.delete(turn);
      this.beginAll();
    }
  }

  /** Whether one of the folders lies in the other, or may do so for all that is known. */
  overlap(one: string | undefined, other: string | undefined): boolean {
    const [a, b] = [one, other].map((path) => (path === undefined ? path : placeOf(path, this.platform)));
    return !a || !b || isAtOrBelow(b, a) || isAtOrBelow(a, b);
  }

  private beginAll(): void {
    for (const turn of this.turns) {
      if (turn.hasBegun || !this.mayBegin(turn)) continue;
      turn.hasBegun = true;
      turn.begin();
    }
  }

  /** Who only lets something run goes before those who wait for stillness: many of them may wait, and each takes long. */
  private mayBegin(turn: Turn): boolean {
    let isBefore = true;
    for (const other of this.turns) {
      if (other === turn) isBefore = false;
      else if (this.overlap(other.folder, turn.folder)) {
        const { kind, hasBegun } = other;
        const isInTheWay =
          turn.kind === 'moving' ? kind === 'still' && hasBegun : hasBegun || kind === 'moving' || isBefore;
        if (isInTheWay) return false;
      }
    }
    return true;
  }
}
