import type { WorkspaceRecord } from '../workspaceRecord.ts';

/** What ends again and again is brought back after twice as long each time, and at least this often. */
const longestMs = 300_000;
/** What has run for so long has not ended again and again. */
const steadyMs = 60_000;
/** Another window, which has the folder open, is the first to act. */
const elsewhereMs = 4000;

/** How long to wait before something is brought back that ends by itself: not at all the first few times. */
export class Revivals {
  private readonly isOpenHere: (folderUri: string) => boolean;
  /** How often in a row each was brought back, and when it was the last time. */
  private readonly last = new Map<string, { count: number; atMs: number }>();
  /** Since when each is seen as ended. */
  private readonly endedMs = new Map<string, number>();

  constructor(isOpenHere: (folderUri: string) => boolean) {
    this.isOpenHere = isOpenHere;
  }

  /** It is brought back now. */
  count(id: string): void {
    const last = this.last.get(id);
    const isAgain = last !== undefined && performance.now() - last.atMs < steadyMs + restMs(last);
    this.last.set(id, { count: isAgain ? last.count + 1 : 1, atMs: performance.now() });
  }

  /** It was seen, and has not ended. */
  isUp(id: string): void {
    this.endedMs.delete(id);
  }

  /** How long to wait for what is seen as ended. */
  restMs({ id, folder }: Pick<WorkspaceRecord, 'id' | 'folder'>): number {
    const nowMs = performance.now();
    const endedMs = this.endedMs.get(id) ?? nowMs;
    this.endedMs.set(id, endedMs);
    const last = this.last.get(id);
    return Math.max(
      this.isOpenHere(folder) ? 0 : endedMs + elsewhereMs - nowMs,
      last ? last.atMs + restMs(last) - nowMs : 0,
    );
  }
}

function restMs({ count }: { readonly count: number }): number {
  return count < 3 ? 0 : Math.min(1000 * 2 ** (count - 3), longestMs);
}
