/** What is tried again and again is tried after twice as long each time, and at least this often. */
const longestMs = 300_000;
/** What was not tried for so long, beside its rest, is no more tried again and again. */
const steadyMs = 60_000;

/** How long to rest before something is tried that was tried before: not at all the first few times. */
export class BackOff {
  /** How often in a row each was tried, and when it was the last time. */
  private readonly last = new Map<string, { count: number; atMs: number }>();

  count(id: string): void {
    const last = this.last.get(id);
    const isAgain = last !== undefined && performance.now() - last.atMs < steadyMs + restMs(last);
    this.last.set(id, { count: isAgain ? last.count + 1 : 1, atMs: performance.now() });
  }

  /** Milliseconds; none of them are left at 0 and below. */
  restMs(id: string): number {
    const last = this.last.get(id);
    return last ? last.atMs + restMs(last) - performance.now() : 0;
  }

  /** It is to be tried at once; without an id, everything. */
  forget(id?: string): void {
    if (id === undefined) this.last.clear();
    else this.last.delete(id);
  }
}

function restMs({ count }: { readonly count: number }): number {
  return count < 3 ? 0 : Math.min(1000 * 2 ** (count - 3), longestMs);
}
