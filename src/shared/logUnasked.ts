import { describeError } from './describeError.ts';
import { hasCode } from './errors.ts';
import type { Log } from './log.ts';

/**
 * Logs that something failed which nobody asked for and waits for. What was cancelled has only ended, as with a window; that
 * the engine is away is told by whoever watches it.
 */
export function logUnasked(log: Pick<Log, 'debug' | 'warn' | 'error'>, what: string, error: unknown): void {
  const line = `${what}: ${describeError(error)}`;
  if (hasCode(error, 'cancelled')) log.debug(line);
  else if (hasCode(error, 'engineUnavailable')) log.warn(line);
  else log.error(line);
}
