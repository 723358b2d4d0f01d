import { hasCode } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { describeError } from '../describeError.ts';
import { formatDuration } from '../format.ts';
import { ErrorWithAction, showError } from '../showError.ts';

/** Runs a command: one log line with its duration, an error shown once, silence when the person cancelled. */
export async function runLogged(name: string, log: Log, run: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  const took = () => formatDuration(performance.now() - startedAt);
  try {
    await run();
    log.info(`${name}: done after ${took()}`);
  } catch (error) {
    const own = error instanceof ErrorWithAction ? error.cause : error;
    if (hasCode(own, 'cancelled')) {
      log.info(`${name}: cancelled after ${took()}`);
      return;
    }
    log.error(`${name}: failed after ${took()}: ${describeError(own)}`);
    showError(error);
  }
}
