import type { Disposable } from '../../shared/disposable.ts';
import type { OpenPath } from './folderReview.ts';

/** VS Code tells of what it saved a little later than the disk does. */
const graceMs = 400;

/** Holds back what was seen only just now, and has its folder looked at again when that is over. */
export class Grace implements Disposable {
  private readonly firstSeen = new Map<string, number>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly lookAgain: (root: string) => void;

  constructor(lookAgain: (root: string) => void) {
    this.lookAgain = lookAgain;
  }

  /** Those of the open paths that were seen long enough ago. */
  over(root: string, open: readonly OpenPath[]): readonly OpenPath[] {
    const due = open.filter(({ path, identity }) => {
      const key = `${root} ${path} ${identity}`;
      const seenAt = this.firstSeen.get(key) ?? performance.now();
      this.firstSeen.set(key, seenAt);
      return performance.now() - seenAt >= graceMs;
    });
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

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
  }
}
