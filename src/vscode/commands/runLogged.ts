import { NotTakenBack } from '../../review/notTakenBack.ts';
import { hasCode } from '../../shared/errors.ts';
import type { FailureLog } from '../../shared/failureLog.ts';
import type { Log } from '../../shared/log.ts';
import { formatDuration } from '../format.ts';
import { ErrorWithActions, showError } from '../showError.ts';

/** Runs a command: its duration in the log, an error with its causes there and shown once, silence after a cancel. */
export async function runLogged(
  name: string,
  { log, failures }: { readonly log: Pick<Log, 'debug'>; readonly failures: FailureLog },
  run: () => Promise<void>,
): Promise<void> {
  const startedAt = performance.now();
  const took = () => formatDuration(performance.now() - startedAt);
  try {
    await run();
    log.debug(`${name}: done after ${took()}`);
  } catch (error) {
    const own = error instanceof ErrorWithActions ? error.cause : error;
    if (hasCode(own, 'cancelled')) {
      log.debug(`${name}: cancelled after ${took()}`);
      return;
    }
    failures.write(`${name}: failed after ${took()}`, own);
    // That is told wherever it comes up.
    if (!(own instanceof NotTakenBack)) showError(error);
  }
}
