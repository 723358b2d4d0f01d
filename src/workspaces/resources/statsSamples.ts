import PQueue from 'p-queue';
import type { Disposable } from '../../shared/disposable.ts';
import { Emitter, type Event } from '../../shared/event.ts';
import type { EngineSource } from '../containerEngine.ts';
import type { ContainerStats } from '../engineMeasures.ts';

/** A sample of what the container of a workspace uses, and when it was taken. */
export interface TakenStats {
  readonly workspaceId: string;
  readonly containerId: string;
  readonly stats: ContainerStats;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Milliseconds of a clock that nobody sets. */
  readonly clockMs: number;
}

/** How many containers an engine is asked for at once; some take a second for each. */
const concurrency = 4;

/** Takes the samples of all who want to know what a container uses, so that one sample serves all of them. */
export class StatsSamples implements Disposable {
  private readonly taken = new Emitter<TakenStats>();
  /** By container id. */
  private readonly underWay = new Map<string, Promise<void>>();
  /** Made when it is needed: it takes a millisecond or two of the activation. */
  private queue: PQueue | undefined;
  private readonly engines: Pick<EngineSource, 'state' | 'get'>;

  readonly onDidTake: Event<TakenStats> = this.taken.event;
  /** Milliseconds of the clock that samples carry. */
  readonly clockMs: () => number;

  constructor(engines: Pick<EngineSource, 'state' | 'get'>, clockMs: () => number = () => performance.now()) {
    this.engines = engines;
    this.clockMs = clockMs;
  }

  /** Asks the engine, unless it is being asked, and tells everybody. No sample comes of what does not run. */
  take(workspaceId: string, containerId: string): Promise<void> {
    const underWay = this.underWay.get(containerId);
    if (underWay) return underWay;
    this.queue ??= new PQueue({ concurrency });
    const asking = this.queue
      .add(() => this.ask(workspaceId, containerId))
      .finally(() => {
        this.underWay.delete(containerId);
      });
    this.underWay.set(containerId, asking);
    return asking;
  }

  dispose(): void {
    this.queue?.clear();
    this.taken.dispose();
  }

  private async ask(workspaceId: string, containerId: string): Promise<void> {
    if (this.engines.state.kind !== 'connected') return;
    const engine = await this.engines.get();
    const stats = await engine.sampleStats(containerId);
    if (stats)
      this.taken.fire({ workspaceId, containerId, stats, atMs: Date.now(), clockMs: this.clockMs() });
  }
}
