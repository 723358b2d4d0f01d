import type { Disposable } from '../../shared/disposable.ts';

/** Milliseconds after which something is looked at again; twice as long after each failure in a row. */
const againMs = { first: 500, longest: 60_000 } as const;

/** Has looked at again what could not be looked at, by a key of its own, for as long as a workspace that it is about runs. */
export class FailedLooks implements Disposable {
  private readonly failed = new Map<string, { failures: number; timer?: NodeJS.Timeout | undefined }>();
  private readonly runs: (key: string) => boolean;
  private readonly lookAgain: (key: string) => void;
  private isEnded = false;

  constructor(parts: {
    /** Whether a workspace that it is about runs. */
    runs: (key: string) => boolean;
    lookAgain: (key: string) => void;
  }) {
    this.runs = parts.runs;
    this.lookAgain = parts.lookAgain;
  }

  /** Whether the last look failed. */
  has(key: string): boolean {
    return this.failed.has(key);
  }

  /** A look failed. */
  add(key: string): void {
    if (this.isEnded) return;
    const failures = (this.failed.get(key)?.failures ?? 0) + 1;
    this.delete(key);
    this.failed.set(key, { failures });
    this.plan();
  }

  /** A look succeeded, or is wanted no more. */
  delete(key: string): void {
    clearTimeout(this.failed.get(key)?.timer);
    this.failed.delete(key);
  }

  /** To be called when a workspace begins or ceases to run: what runs again is looked at soon. */
  plan(): void {
    for (const [key, look] of this.failed)
      if (this.runs(key))
        look.timer ??= setTimeout(
          () => {
            this.lookAgain(key);
          },
          Math.min(againMs.first * 2 ** (look.failures - 1), againMs.longest),
        ).unref();
      else {
        clearTimeout(look.timer);
        this.failed.set(key, { failures: 1 });
      }
  }

  dispose(): void {
    this.isEnded = true;
    for (const { timer } of this.failed.values()) clearTimeout(timer);
    this.failed.clear();
  }
}
