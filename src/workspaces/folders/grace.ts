import type { Disposable } from '../../shared/disposable.ts';
import type { OpenPath } from './folderReview.ts';

/** VS Code tells of what it saved a little later than the disk does. */
const graceMs = 400;

/**
 * Holds back what was seen only just now, and has its folder looked at again when that is over. A path that is open still
 * gets no more of it, whatever is put there.
 */
export class Grace implements Disposable {
  /** By workspace: since when each of its paths is open. */
  private readonly firstSeen = new Map<string, ReadonlyMap<string, number>>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly lookAgain: (root: string) => void;

  constructor(lookAgain: (root: string) => void) {
    this.lookAgain = lookAgain;
  }

  /** Those of all paths that are open to a workspace now that were seen long enough ago. */
  over(root: string, workspaceId: string, open: readonly OpenPath[]): readonly OpenPath[] {
    const nowMs = performance.now();
    const before = this.firstSeen.get(workspaceId);
    const seen = new Map(open.map(({ path }) => [path, before?.get(path) ?? nowMs]));
    this.firstSeen.set(workspaceId, seen);
    const due = open.filter(({ path }) => nowMs - (seen.get(path) ?? nowMs) >= graceMs);
    if (due.length < open.length && !this.timers.has(root))
      this.timers.set(
        root,
        setTimeout(() => {
          this.timers.delete(root);
          this.lookAgain(root);
        }, graceMs + 10),
      );
    return due;
  }

  /** The workspace is gone. */
  forget(workspaceId: string): void {
    this.firstSeen.delete(workspaceId);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
  }
}
