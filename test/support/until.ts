import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

/** Waits until something is so, and fails where it does not become so. */
export async function until(condition: () => boolean, longestMs = 5000): Promise<void> {
  const endMs = performance.now() + longestMs;
  while (!condition()) {
    assert.ok(performance.now() < endMs, String(condition));
    await delay(10);
  }
}
