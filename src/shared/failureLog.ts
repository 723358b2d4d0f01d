import { describeError } from './describeError.ts';
import type { Log } from './log.ts';

/** Logs failures: an error that several hear of on its way up is described by the first of them only. */
export class FailureLog {
  private readonly described = new WeakSet();
  private readonly log: Pick<Log, 'debug' | 'error'>;

  constructor(log: Pick<Log, 'debug' | 'error'>) {
    this.log = log;
  }

  /** `what` failed: with code, sentence and causes, unless they stand in the log already. */
  write(what: string, error: unknown): void {
    const isObject = typeof error === 'object' && error !== null;
    if (isObject && this.described.has(error)) {
      this.log.debug(what);
      return;
    }
    if (isObject) this.described.add(error);
    this.log.error(`${what}: ${describeError(error)}`);
  }
}
