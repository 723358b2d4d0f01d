import * as l10n from '@vscode/l10n';
import PQueue from 'p-queue';
import { CordonError, summarize, type ErrorSummary } from '../shared/errors.ts';
import type { OperationOptions } from './workspace.ts';

/** The operations that can be run on many workspaces at once. */
export const batchOperations = [
  'start',
  'stop',
  'restart',
  'pause',
  'resume',
  'archive',
  'restore',
  'remove',
] as const;

export type BatchOperation = (typeof batchOperations)[number];

/** What became of each workspace of a batch, in the order in which they were named. */
export interface BatchResult {
  readonly results: readonly { readonly id: string; readonly ok: boolean; readonly error?: ErrorSummary }[];
}

/** How many workspaces are worked on at once; the engine serialises much of the work itself. */
const concurrency = 6;

/**
 * Runs one operation on many workspaces with one progress; a failure of one does not stop the others. After a cancel
 * nothing more begins, and what runs is cancelled as it would be alone.
 */
export async function runBatch(
  ids: readonly string[],
  options: OperationOptions,
  operate: (id: string, options: OperationOptions) => Promise<unknown>,
): Promise<BatchResult> {
  const unique = [...new Set(ids)];
  const queue = new PQueue({ concurrency });
  const counts = { done: 0, failed: 0 };
  const tell = () => {
    const [{ done, failed }, all] = [counts, unique.length];
    const message =
      failed === 0 ? l10n.t('{0} of {1}', done, all) : l10n.t('{0} of {1}, {2} failed', done, all, failed);
    options.onProgress?.(message, done / all);
  };
  const one = async (id: string) => {
    try {
      if (options.signal?.aborted) throw new CordonError('cancelled', l10n.t('Cancelled.'));
      await operate(id, {
        ...(options.signal && { signal: options.signal }),
        ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
      });
      return { id, ok: true };
    } catch (error) {
      const summary = summarize(error);
      if (summary.code !== 'cancelled') counts.failed += 1;
      return { id, ok: false, error: summary };
    } finally {
      counts.done += 1;
      tell();
    }
  };
  if (unique.length > 0) tell();
  return { results: await Promise.all(unique.map((id) => queue.add(() => one(id)))) };
}

/** Callers in plain JavaScript may hand in anything. Throws `invalidRequest`. */
export function requireBatch(operation: unknown, ids: unknown): asserts operation is BatchOperation {
  if (!batchOperations.some((known) => known === operation))
    throw new CordonError('invalidRequest', l10n.t('A batch can do these: {0}.', batchOperations.join(', ')));
  if (!Array.isArray(ids) || ids.some((id) => typeof id !== 'string'))
    throw new CordonError('invalidRequest', l10n.t('A batch is given a list of ids of workspaces.'));
}
