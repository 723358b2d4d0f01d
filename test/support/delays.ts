import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

/** Runs something where every delay of `node:timers/promises` lasts as long as `meanwhile` instead of its time. */
export async function withDelays<T>(meanwhile: () => Promise<unknown>, run: () => Promise<T>): Promise<T> {
  const { setTimeout: delay } = timers;
  timers.setTimeout = async <V>(_ms?: number, value?: V) => {
    await meanwhile();
    return value as V;
  };
  syncBuiltinESMExports();
  try {
    return await run();
  } finally {
    timers.setTimeout = delay;
    syncBuiltinESMExports();
  }
}
