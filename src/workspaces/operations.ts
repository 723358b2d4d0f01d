import { setMaxListeners } from 'node:events';
import * as l10n from '@vscode/l10n';
import { CordonError, hasCode, toCordonError, type ErrorCode } from '../shared/errors.ts';
import { Emitter, type Event } from '../shared/event.ts';
import type { FailureLog } from '../shared/failureLog.ts';
import { KeyedQueue } from '../shared/keyedQueue.ts';
import type { Log } from '../shared/log.ts';
import type { OperationOptions } from './workspace.ts';

/** What the work of an operation is given. */
export interface Operation {
  readonly signal: AbortSignal;
  /** Tells the person what is done now; `fraction` from 0 to 1 where it can be told. */
  progress(message: string, fraction?: number): void;
  /** Throws `cancelled` or `timeout` once the operation is to end. */
  check(): void;
}

/** The begin or the end of an operation, for who keeps a record of them. */
export interface OperationStep {
  readonly workspaceId: string;
  /** As in the log, for example `start "demo"`. */
  readonly title: string;
  /** Missing at the begin: what became of it, and how long it took. */
  readonly end?: { readonly outcome: 'done' | ErrorCode; readonly durationMs: number };
}

/** How long a cancelled operation may take to put things back before its caller hears of the cancel anyway. */
const undoGraceMs = 15_000;
/** Longest time-out that timers of Node can hold. */
const longestTimeoutMs = 2_147_483_647;

/** Runs operations: one at a time per workspace, each with a time-out, a cancel, progress and a line in the log. */
export class Operations {
  private readonly queue = new KeyedQueue();
  private hasEnded = false;
  /** Of each operation that runs or waits, by workspace. */
  private readonly cancels = new Map<string, Set<AbortController>>();
  private readonly endings = new Emitter<string>();
  private readonly steps = new Emitter<OperationStep>();
  private readonly log: Log;
  private readonly failures: FailureLog;
  private readonly defaultTimeoutMs: () => number;

  /** Fires the workspace's id each time an operation has ended, its undo included. */
  readonly onDidEnd: Event<string> = this.endings.event;
  /** Fires when an operation is asked for, and when its caller hears how it ended. */
  readonly onDidStep: Event<OperationStep> = this.steps.event;

  constructor(log: Log, failures: FailureLog, defaultTimeoutMs: () => number) {
    this.log = log;
    this.failures = failures;
    this.defaultTimeoutMs = defaultTimeoutMs;
  }

  /** Keeps operations of a workspace waiting for `work`, which changes nothing that anybody is told of. */
  async keepWaiting<T>(workspaceId: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await this.queue.run(workspaceId, signal, work);
    } finally {
      this.endings.fire(workspaceId);
    }
  }

  async run<T>(
    workspaceId: string,
    title: string,
    options: OperationOptions,
    work: (operation: Operation) => Promise<T>,
  ): Promise<T> {
    const limit: Limit = {
      ms: timeoutOf(options.timeoutMs ?? this.defaultTimeoutMs()),
      isUsual: options.timeoutMs === undefined,
    };
    const cancel = this.cancelOf(workspaceId);
    const letGo = cancelLater(cancel, limit.ms, options.signal);
    const operation = operationOf(cancel.signal, options, limit);
    const startedAt = performance.now();
    const took = () => `${Math.round(performance.now() - startedAt)} ms`;
    const tellStep = (outcome: 'done' | ErrorCode) => {
      const durationMs = Math.round(performance.now() - startedAt);
      this.steps.fire({ workspaceId, title, end: { outcome, durationMs } });
    };
    this.log.debug(`${title}: begun`);
    this.steps.fire({ workspaceId, title });
    try {
      operation.check();
      const running = this.queue.run(workspaceId, operation.signal, async () => {
        operation.check();
        return await work(operation);
      });
      const tellEnd = () => {
        this.endings.fire(workspaceId);
      };
      running.then(tellEnd, tellEnd);
      const result = await settleOrGiveUp(running, operation);
      this.log.info(`${title}: done in ${took()}`);
      tellStep('done');
      return result;
    } catch (error) {
      const reported = operation.signal.aborted
        ? abortError(operation.signal, limit, error)
        : toCordonError(error, 'engineFailed', l10n.t('The operation failed. See the log for the cause.'));
      if (hasCode(reported, 'cancelled')) this.log.info(`${title}: cancelled after ${took()}`);
      else this.failures.write(`${title}: failed after ${took()}`, reported);
      tellStep(reported.code);
      throw reported;
    } finally {
      letGo();
      this.forgetCancel(workspaceId, cancel);
    }
  }

  /** Cancels what runs and waits for the workspace. Does not wait for its undo. */
  cancel(workspaceId: string): void {
    for (const controller of this.cancels.get(workspaceId) ?? []) controller.abort();
  }

  /** Whether an operation of this window works on the workspace. */
  isBusy(workspaceId: string): boolean {
    return this.queue.isBusy(workspaceId);
  }

  private cancelOf(workspaceId: string): AbortController {
    const controller = new AbortController();
    if (this.hasEnded) controller.abort();
    const controllers = this.cancels.get(workspaceId) ?? new Set();
    this.cancels.set(workspaceId, controllers.add(controller));
    return controller;
  }

  private forgetCancel(workspaceId: string, controller: AbortController): void {
    const controllers = this.cancels.get(workspaceId);
    controllers?.delete(controller);
    if (controllers?.size === 0) this.cancels.delete(workspaceId);
  }

  /** Cancels everything that runs. */
  dispose(): void {
    this.hasEnded = true;
    for (const workspaceId of this.cancels.keys()) this.cancel(workspaceId);
  }
}

/** Throws `invalidRequest` for what is no time. */
function timeoutOf(timeoutMs: number): number {
  if (timeoutMs >= 1) return Math.min(timeoutMs, longestTimeoutMs);
  throw new CordonError(
    'invalidRequest',
    l10n.t('The value of "{0}" is not valid: {1}', 'timeoutMs', String(timeoutMs)),
  );
}

/**
 * Cancels when the time is over or the caller's signal says so, until that is let go: a signal that is made to abort
 * some time is kept until then, with all that listens to it, for hours where an operation may take hours.
 */
function cancelLater(
  cancel: AbortController,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): () => void {
  const timer = setTimeout(() => {
    cancel.abort(new DOMException('The time is over.', 'TimeoutError'));
  }, timeoutMs).unref();
  const onAbort = () => {
    cancel.abort(signal?.reason);
  };
  if (signal?.aborted) onAbort();
  // A batch or another extension may share one signal among as many operations as it likes.
  if (signal) setMaxListeners(0, signal);
  signal?.addEventListener('abort', onAbort, { once: true });
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  };
}

/** How long something may take. */
interface Limit {
  readonly ms: number;
  /** Nobody asked for this one in particular. */
  readonly isUsual: boolean;
}

function operationOf(signal: AbortSignal, options: OperationOptions, limit: Limit): Operation {
  return {
    signal,
    progress: (message, fraction) => options.onProgress?.(message, fraction),
    check: () => {
      if (signal.aborted) throw abortError(signal, limit);
    },
  };
}

function abortError(signal: AbortSignal, limit: Limit, cause?: unknown): CordonError {
  const reason: unknown = signal.reason;
  const isTimeout = reason instanceof DOMException && reason.name === 'TimeoutError';
  return isTimeout
    ? new CordonError('timeout', tookTooLong(limit), cause)
    : new CordonError('cancelled', l10n.t('Cancelled.'), cause);
}

function tookTooLong({ ms, isUsual }: Limit): string {
  return isUsual
    ? l10n.t(
        'This took longer than {0} s and was ended. How long it may take is the setting "cordon.operationTimeoutSeconds".',
        ms / 1000,
      )
    : l10n.t('This took longer than {0} s and was ended.', ms / 1000);
}

/** Waits for the work; once it is cancelled, only as long as it may need to put things back. */
async function settleOrGiveUp<T>(running: Promise<T>, operation: Operation): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const givenUp = new Promise<never>((_, reject) => {
    onAbort = () => {
      timer = setTimeout(() => {
        reject(new Error('the work did not end after its cancel'));
      }, undoGraceMs).unref();
    };
    operation.signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([running, givenUp]);
  } finally {
    clearTimeout(timer);
    if (onAbort) operation.signal.removeEventListener('abort', onAbort);
  }
}
