import * as l10n from '@vscode/l10n';
import pRetry from 'p-retry';
import { CordonError } from '../../shared/errors.ts';
import { isDiskFull } from '../fileErrors.ts';
import { noRoom } from '../noRoom.ts';

const mostRetries = 3;

/**
 * Reads an archive of what a workspace has written. An engine cannot give a file whole that grows while it gives it: it is
 * asked again. Rejects with `engineFailed` where that does not help, and at once with `storageFailed` where this machine has
 * no room for it.
 */
export async function untilWhole<T>(read: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const isBrokenOff = (error: unknown) =>
    !(error instanceof CordonError) && !isDiskFull(error) && !signal?.aborted;
  try {
    return await pRetry(read, {
      ...{ retries: mostRetries, minTimeout: 100, ...(signal && { signal }) },
      shouldRetry: ({ error }) => isBrokenOff(error),
    });
  } catch (error) {
    if (isDiskFull(error)) throw noRoom(error);
    throw isBrokenOff(error) ? brokenOff(error) : error;
  }
}

function brokenOff(cause: unknown): CordonError {
  return new CordonError(
    'engineFailed',
    l10n.t('What the workspace has written could not be read, for it went on writing. Try again.'),
    cause,
  );
}
