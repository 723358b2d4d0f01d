import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds for which work may keep everything else waiting. */
const sliceMs = 10;

/** Lets others have their turn in the midst of long work that waits for nothing. */
export class ShortTurns {
  private endsAt = performance.now() + sliceMs;
  private next: Promise<void> | undefined;

  /** To be called between any two small parts of the work, some of which may be done side by side. */
  async pause(): Promise<void> {
    if (performance.now() < this.endsAt) return;
    this.next ??= nextTurn().then(() => {
      this.next = undefined;
      this.endsAt = performance.now() + sliceMs;
    });
    await this.next;
  }
}
