const mostInARow = 5;
const windowMs = 180_000;
const firstWaitMs = 500;

/** How long to wait before a server that ended by itself is started again, and when it is not any more. */
export class Restarts {
  private ends: number[] = [];

  /** Milliseconds to wait; `undefined` once it has ended too often in a short time. */
  next(nowMs = performance.now()): number | undefined {
    this.ends = [...this.ends.filter((at) => nowMs - at < windowMs), nowMs];
    return this.ends.length > mostInARow ? undefined : firstWaitMs * 2 ** (this.ends.length - 1);
  }

  /** The person wants to try again. */
  forget(): void {
    this.ends = [];
  }
}
