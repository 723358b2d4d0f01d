import { setTimeout as delay } from 'node:timers/promises';

const pauseMs = 100;

/** Looks again until something is found, and returns it. Fails with `what` when it does not come in time. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 90_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
    await delay(pauseMs);
  }
}
