import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds for which work may keep everything else waiting. */
const sliceMs = 10;

/** Lets others have their turn in the midst of long work that waits for nothing. */
export class ShortTurns {
  private turnEndsAt = performance.now() + sliceMs;

  /** To be called between any two small parts of the work. */
  async pause(): Promise<void> {
    if (performance.now() < this.turnEndsAt) return;
    await nextTurn();
    this.turnEndsAt = performance.now() + sliceMs;
  }
}
