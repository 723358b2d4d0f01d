import { allEnded } from '../shared/allEnded.ts';

/** Does things side by side, each of which may be made of others: so many at once in all, and beyond that one by one. */
export class SharedTurns {
  private free: number;

  constructor(atOnce: number) {
    this.free = atOnce;
  }

  /** Begins nothing more once something has failed, and rejects when what was begun has ended. */
  async run<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    const begun: Promise<void>[] = [];
    const failures: unknown[] = [];
    for (const item of items) {
      if (failures.length > 0) break;
      const turn = work(item);
      begun.push(turn);
      const ending = turn.catch((error: unknown) => {
        failures.push(error);
      });
      if (this.free === 0) await ending;
      else {
        this.free -= 1;
        void ending.then(() => {
          this.free += 1;
        });
      }
    }
    await allEnded(begun);
  }
}
