import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

/** Runs something while the delays of `node:timers/promises` are a hundred times as short: nobody waits for a grace period. */
export async function withQuickDelays<T>(run: () => Promise<T>): Promise<T> {
  const { setTimeout: delay } = timers;
  timers.setTimeout = (ms, value, options) => delay((ms ?? 0) / 100, value, options);
  syncBuiltinESMExports();
  try {
    return await run();
  } finally {
    timers.setTimeout = delay;
    syncBuiltinESMExports();
  }
}
