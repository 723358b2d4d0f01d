import type { Disposable } from '../../shared/disposable.ts';

/** Milliseconds after which a folder is looked at again; twice as long after each failure in a row. */
const againMs = { first: 500, longest: 60_000 } as const;

/** Has folders looked at again that could not be looked at, for as long as a workspace of theirs runs. */
export class FailedLooks implements Disposable {
  private readonly failed = new Map<string, { failures: number; timer?: NodeJS.Timeout | undefined }>();
  private readonly runs: (root: string) => boolean;
  private readonly lookAgain: (root: string) => void;
  private isEnded = false;

  constructor(parts: {
    /** Whether a workspace of the folder runs. */
    runs: (root: string) => boolean;
    lookAgain: (root: string) => void;
  }) {
    this.runs = parts.runs;
    this.lookAgain = parts.lookAgain;
  }

  /** Whether the last look at a folder failed. */
  has(root: string): boolean {
    return this.failed.has(root);
  }

  /** A look at the folder failed. */
  add(root: string): void {
    if (this.isEnded) return;
    const failures = (this.failed.get(root)?.failures ?? 0) + 1;
    this.delete(root);
    this.failed.set(root, { failures });
    this.plan();
  }

  /** A look at the folder succeeded. */
  delete(root: string): void {
    clearTimeout(this.failed.get(root)?.timer);
    this.failed.delete(root);
  }

  /** To be called when a workspace begins or ceases to run: what runs again is looked at soon. */
  plan(): void {
    for (const [root, look] of this.failed)
      if (this.runs(root))
        look.timer ??= setTimeout(
          () => {
            this.lookAgain(root);
          },
          Math.min(againMs.first * 2 ** (look.failures - 1), againMs.longest),
        ).unref();
      else {
        clearTimeout(look.timer);
        this.failed.set(root, { failures: 1 });
      }
  }

  dispose(): void {
    this.isEnded = true;
    for (const { timer } of this.failed.values()) clearTimeout(timer);
    this.failed.clear();
  }
}
