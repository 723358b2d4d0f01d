import pRetry from 'p-retry';
import { refusalText } from './engineErrors.ts';

/** Of Docker Engine 20.10, about the interface of a container on a macvlan. */
const words = /failed to add interface .* address already in use/is;
const retries = 10;
const retryMs = 300;

/**
 * Starts a container, again for a few seconds while the kernel still has the interface of its last run: that of a container
 * whose engine was killed goes with the last of its processes.
 */
export async function pastLingeringInterface<T>(start: () => Promise<T>): Promise<T> {
  return await pRetry(start, {
    ...{ retries, factor: 1, minTimeout: retryMs },
    shouldRetry: ({ error }) => words.test(refusalText(error)),
  });
}
