import { DisposableStore, type Disposable } from '../shared/disposable.ts';
import { summarize, type ErrorSummary } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { logUnasked } from '../shared/logUnasked.ts';
import type { ContainerEngine, EngineSource } from './containerEngine.ts';
import type { Panic } from './panic.ts';
import type { Reconciled, Recovery } from './recovery.ts';
import type { Tracker } from './tracker.ts';

/** One try to make records and engine agree, and what came of it. */
export type Reconciliation = {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly durationMs: number;
} & (
  | { readonly result: Reconciled; readonly error?: never }
  | { readonly result?: never; readonly error: ErrorSummary }
);

/** After a doubt, so that many of them are settled by one look. */
const soonMs = 200;
/** After this, what was too young to be called nobody's is so no more, and other windows have stored what they made. */
const laterMs = 65_000;
/** What cannot be put right is tried again after twice as long each time, and at least this often. */
const longestMs = 3_600_000;

/** Brings records and engine to agree whenever an engine connects, and hands out no engine before they do. */
export class Agreement implements Pick<EngineSource, 'get'>, Disposable {
  private readonly parts: {
    readonly engines: Pick<EngineSource, 'get' | 'state' | 'onDidChangeState'>;
    readonly tracker: Pick<Tracker, 'holdWhile' | 'onDidDoubt'>;
    readonly panic: Pick<Panic, 'enforce'>;
    readonly recovery: Pick<Recovery, 'reconcile'>;
    /** Hears of every time they agree. */
    readonly onAgreed: () => void;
    readonly log: Log;
  };
  private readonly subscriptions = new DisposableStore();
  private agreed: Promise<unknown> = Promise.resolve();
  private next: { readonly dueMs: number; readonly timer: NodeJS.Timeout } | undefined;
  private latest: Reconciliation | undefined;
  /** How many reconciles in a row left something undone. */
  private failures = 0;

  constructor(parts: Agreement['parts']) {
    this.parts = parts;
    this.subscriptions.add(
      parts.engines.onDidChangeState((state) => {
        if (state.kind === 'connected') void this.reconcile();
      }),
    );
    this.subscriptions.add(
      parts.tracker.onDidDoubt((doubt) => {
        this.reconcileAfter(doubt === 'unknownWorkspace' ? laterMs : soonMs);
      }),
    );
  }

  /** What came of the last reconcile; `undefined` before the first. */
  get last(): Reconciliation | undefined {
    return this.latest;
  }

  /** An engine that is agreed with: no operation starts from a state that is not known yet. */
  async get(signal?: AbortSignal): Promise<ContainerEngine> {
    const engine = await this.parts.engines.get(signal);
    await this.agreed;
    return engine;
  }

  /** One at a time: a second one that worked with an older list would bring back what the first one removed. */
  reconcile(): Promise<Reconciliation> {
    const reconciling = this.agreed.then(() => this.agree());
    this.agreed = reconciling;
    return reconciling;
  }

  /** Something ended half way while the engine was there all the time: puts it right without waiting for a break. */
  reconcileSoon(): void {
    this.reconcileAfter(soonMs);
  }

  dispose(): void {
    this.subscriptions.dispose();
    clearTimeout(this.next?.timer);
  }

  private async agree(): Promise<Reconciliation> {
    const { engines, tracker, panic, recovery, log } = this.parts;
    const at = new Date().toISOString();
    const startedAt = performance.now();
    const took = () => Math.round(performance.now() - startedAt);
    try {
      const engine = await engines.get();
      const result = await tracker.holdWhile(async () => {
        await panic.enforce(engine);
        return await recovery.reconcile(engine);
      });
      this.latest = { at, durationMs: took(), result };
      this.parts.onAgreed();
      if (result.failed > 0) this.tryAgain();
      else this.failures = 0;
      if (result.young > 0) this.reconcileAfter(laterMs);
    } catch (error) {
      logUnasked(log, 'Records and engine could not be brought to agree', error);
      this.latest = { at, durationMs: took(), error: summarize(error) };
      this.tryAgain();
    }
    return this.latest;
  }

  private tryAgain(): void {
    this.reconcileAfter(Math.min(soonMs * 2 ** this.failures++, longestMs));
  }

  /** Unless one is to come sooner. An engine that is away is asked when it is back anyway. */
  private reconcileAfter(ms: number): void {
    const dueMs = performance.now() + ms;
    if (this.next && this.next.dueMs <= dueMs) return;
    clearTimeout(this.next?.timer);
    const timer = setTimeout(() => {
      this.next = undefined;
      if (this.parts.engines.state.kind === 'connected') void this.reconcile();
    }, ms).unref();
    this.next = { dueMs, timer };
  }
}
