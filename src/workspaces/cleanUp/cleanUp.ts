import { describeError } from '../../shared/describeError.ts';
import { summarize, type ErrorSummary } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { runBatch } from '../batch.ts';
import type { OperationOptions } from '../workspace.ts';
import type { CleanUpItem, CleanUpSource } from './cleanUpItem.ts';

/** What could go, and what could not be looked through. */
export interface CleanUpOffer {
  readonly items: readonly CleanUpItem[];
  /** One for each place that could not be looked through, such as an engine that does not answer. */
  readonly problems: readonly ErrorSummary[];
}

/** What became of one thing that was to go. */
export interface CleanUpOutcome {
  readonly item: CleanUpItem;
  readonly error?: ErrorSummary;
}

/** Finds what Cordon has left over, here and in the engine, and removes what a person chose of it. */
export class CleanUp {
  private readonly sources: readonly CleanUpSource[];
  private readonly log: Log;

  constructor(sources: readonly CleanUpSource[], log: Log) {
    this.sources = sources;
    this.log = log;
  }

  /** A place that cannot be looked through does not hide the others. */
  async find(signal: AbortSignal): Promise<CleanUpOffer> {
    const outcomes = await Promise.allSettled(this.sources.map((source) => source.find(signal)));
    signal.throwIfAborted();
    const problems = new Map<string, ErrorSummary>();
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      this.log.warn(
        `Not everything could be looked through for a clean-up: ${describeError(outcome.reason)}`,
      );
      const problem = summarize(outcome.reason);
      problems.set(problem.message, problem);
    }
    return {
      items: outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : [])),
      problems: [...problems.values()],
    };
  }

  /** Removes things, each looked at once more; one that cannot go does not keep the others. */
  async remove(
    items: readonly CleanUpItem[],
    options: OperationOptions = {},
  ): Promise<readonly CleanUpOutcome[]> {
    const byKey = new Map(items.map((item) => [`${item.kind} ${item.id}`, item]));
    const { results } = await runBatch([...byKey.keys()], options, async (key, { signal }) => {
      const item = byKey.get(key);
      const source = item && this.sources.find(({ kinds }) => kinds.includes(item.kind));
      if (!source) throw new Error(`nobody can remove ${key}`);
      await source.remove(item, signal ?? new AbortController().signal);
      this.log.info(`clean-up: removed ${item.kind} ${JSON.stringify(item.name)} (${item.id})`);
    });
    return results.flatMap(({ id, error }) => {
      const item = byKey.get(id);
      return item ? { item, ...(error && { error }) } : [];
    });
  }
}
