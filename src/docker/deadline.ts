import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';

/**
 * Runs `work` with a signal that aborts when `signal` does, or with `timeout` after `limitMs` (0 for no limit).
 * Once `work` has settled the limit is off, while `signal` goes on to break off what `work` handed out.
 */
export async function withDeadline<T>(
  limitMs: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal?.aborted) throw cancelled(signal);
  const controller = new AbortController();
  const combined = signal ? AbortSignal.any([signal, controller.signal]) : controller.signal;
  const timer =
    limitMs > 0
      ? setTimeout(() => {
          controller.abort();
        }, limitMs)
      : undefined;
  try {
    return await Promise.race([work(combined), rejectWhenAborted(combined)]);
  } catch (error) {
    if (signal?.aborted) throw cancelled(signal);
    if (controller.signal.aborted) {
      throw new CordonError(
        'timeout',
        l10n.t('The engine did not answer within {0} s.', limitMs / 1000),
        error,
      );
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        reject(new Error('aborted'));
      },
      { once: true },
    );
  });
}

function cancelled(signal: AbortSignal): CordonError {
  return signal.reason instanceof CordonError
    ? signal.reason
    : new CordonError('cancelled', l10n.t('The operation was cancelled.'), signal.reason);
}
