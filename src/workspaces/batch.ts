import * as l10n from '@vscode/l10n';
import PQueue from 'p-queue';
import { CordonError, summarize, type ErrorSummary } from '../shared/errors.ts';
import type { OperationOptions } from './workspace.ts';

/** What became of each workspace of a batch, in the order in which they were named. */
export interface BatchResult {
  readonly results: readonly { readonly id: string; readonly ok: boolean; readonly error?: ErrorSummary }[];
}

/** How many workspaces are worked on at once; the engine serialises much of the work itself. */
const concurrency = 6;

/** Runs one operation on many workspaces with one progress; a failure of one does not stop the others. */
export async function runBatch(
  ids: readonly string[],
  options: OperationOptions,
  operate: (id: string, options: OperationOptions) => Promise<unknown>,
): Promise<BatchResult> {
  const unique = [...new Set(ids)];
  const queue = new PQueue({ concurrency });
  let done = 0;
  const one = async (id: string) => {
    try {
      if (options.signal?.aborted) throw new CordonError('cancelled', l10n.t('Cancelled.'));
      await operate(id, {
        ...(options.signal && { signal: options.signal }),
        ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
      });
      return { id, ok: true };
    } catch (error) {
      return { id, ok: false, error: summarize(error) };
    } finally {
      done++;
      options.onProgress?.(l10n.t('{0} of {1}', done, unique.length), done / unique.length);
    }
  };
  return { results: await Promise.all(unique.map((id) => queue.add(() => one(id)))) };
}
