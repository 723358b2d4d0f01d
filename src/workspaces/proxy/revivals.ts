/** What ends again and again is brought back after twice as long each time, and at least this often. */
const longestMs = 300_000;
/** What has run for so long has not ended again and again. */
const steadyMs = 60_000;

/** How long to wait before something is brought back that ends by itself: not at all the first few times. */
export class Revivals {
  /** How often in a row each was brought back, and when it was the last time. */
  private readonly last = new Map<string, { count: number; atMs: number }>();

  /** It is brought back now. */
  count(id: string): void {
    const last = this.last.get(id);
    const isAgain = last !== undefined && performance.now() - last.atMs < steadyMs + this.restMs(id);
    this.last.set(id, { count: isAgain ? last.count + 1 : 1, atMs: performance.now() });
  }

  restMs(id: string): number {
    const last = this.last.get(id);
    if (!last || last.count < 3) return 0;
    const rest = Math.min(1000 * 2 ** (last.count - 3), longestMs);
    return Math.max(0, last.atMs + rest - performance.now());
  }
}
