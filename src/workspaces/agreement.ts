import { describeError } from '../shared/describeError.ts';
import type { Disposable } from '../shared/disposable.ts';
import type { Log } from '../shared/log.ts';
import type { ContainerEngine, EngineSource } from './containerEngine.ts';
import type { Panic } from './panic.ts';
import type { Recovery } from './recovery.ts';
import type { Tracker } from './tracker.ts';

/** Brings records and engine to agree whenever an engine connects, and hands out no engine before they do. */
export class Agreement implements Pick<EngineSource, 'get'>, Disposable {
  private readonly parts: {
    readonly engines: Pick<EngineSource, 'get' | 'onDidChangeState'>;
    readonly tracker: Pick<Tracker, 'holdWhile'>;
    readonly panic: Pick<Panic, 'enforce'>;
    readonly recovery: Pick<Recovery, 'reconcile'>;
    readonly log: Log;
  };
  private readonly subscription: Disposable;
  private agreed: Promise<void> = Promise.resolve();

  constructor(parts: Agreement['parts']) {
    this.parts = parts;
    this.subscription = parts.engines.onDidChangeState((state) => {
      if (state.kind === 'connected') void this.reconcile();
    });
  }

  /** An engine that is agreed with: no operation starts from a state that is not known yet. */
  async get(signal?: AbortSignal): Promise<ContainerEngine> {
    const engine = await this.parts.engines.get(signal);
    await this.agreed;
    return engine;
  }

  /** One at a time: a second one that worked with an older list would bring back what the first one removed. */
  reconcile(): Promise<void> {
    this.agreed = this.agreed
      .then(() => this.agree())
      .catch((error: unknown) => {
        this.parts.log.error(`Records and engine could not be brought to agree: ${describeError(error)}`);
      });
    return this.agreed;
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async agree(): Promise<void> {
    const { engines, tracker, panic, recovery } = this.parts;
    const engine = await engines.get();
    await tracker.holdWhile(async () => {
      await panic.enforce(engine);
      await recovery.reconcile(engine);
    });
  }
}
