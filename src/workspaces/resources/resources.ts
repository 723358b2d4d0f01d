import { describeError } from '../../shared/describeError.ts';
import { DisposableStore, toDisposable, type Disposable } from '../../shared/disposable.ts';
import { Emitter, type Event } from '../../shared/event.ts';
import type { Log } from '../../shared/log.ts';
import type { Workspace } from '../workspace.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import { resourceSample, type ResourceSample } from './resourceSample.ts';
import type { StatsSamples, TakenStats } from './statsSamples.ts';

/** Between two samples of a workspace, while somebody looks. */
const leastEveryMs = 2000;
/** Of many workspaces they come less often: a sample costs this process 2 to 3 ms, and the engine some 7 (20.10, measured). */
const spacingMs = 250;
/** The first sample tells no rate yet: the second one comes sooner. */
const secondAfterMs = 1000;
/** What was used longer ago is not what is used now. */
const staleMs = 60_000;
const historyMs = 15 * 60_000;
/** Others take samples as well, so that there may be more than one every two seconds. */
const mostSamples = 900;

interface Run {
  readonly before: TakenStats;
  readonly latest: ResourceSample | undefined;
}

/** What running workspaces use. The engine is asked for it only while somebody looks. */
export class Resources implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly sampled = this.subscriptions.add(
    new Emitter<{ readonly workspaceId: string; readonly sample: ResourceSample }>(),
  );
  private readonly lookers = new Set<{ readonly workspaceId: string | undefined }>();
  /** When the next sample of each running workspace is due that somebody looks at. */
  private readonly due = new Map<string, number>();
  /** The last samples of what runs now. */
  private readonly runs = new Map<string, Run>();
  private readonly histories = new Map<string, readonly ResourceSample[]>();
  private readonly store: Pick<WorkspaceStore, 'list' | 'get'>;
  private readonly samples: Pick<StatsSamples, 'take' | 'clockMs'>;
  private readonly log: Log;
  private timer: NodeJS.Timeout | undefined;

  /** Every sample that tells rates, taken for whomever. */
  readonly onDidSample: Event<{ readonly workspaceId: string; readonly sample: ResourceSample }> =
    this.sampled.event;

  constructor(parts: {
    store: Pick<WorkspaceStore, 'list' | 'get' | 'onDidChange'>;
    samples: Pick<StatsSamples, 'take' | 'onDidTake' | 'clockMs'>;
    log: Log;
  }) {
    this.store = parts.store;
    this.samples = parts.samples;
    this.log = parts.log;
    this.subscriptions.add(
      parts.store.onDidChange(({ id, current }) => {
        if (!current) this.histories.delete(id);
        if (current?.container.kind !== 'running') this.runs.delete(id);
        this.follow(id, current);
        this.plan();
      }),
    );
    this.subscriptions.add(
      parts.samples.onDidTake((taken) => {
        this.receive(taken);
      }),
    );
  }

  /** Somebody looks at one workspace, or at all of them, until it is disposed of. */
  look(workspaceId?: string): Disposable {
    const looker = { workspaceId };
    this.lookers.add(looker);
    this.followAll();
    return toDisposable(() => {
      this.lookers.delete(looker);
      this.followAll();
    });
  }

  /** The samples of the last 15 minutes, oldest first; of a workspace that has stopped, too. */
  history(workspaceId: string): readonly ResourceSample[] {
    const fromMs = Date.now() - historyMs;
    return (this.histories.get(workspaceId) ?? []).filter(({ atMs }) => atMs >= fromMs);
  }

  /** What a running workspace uses now, as far as it is known. */
  latest(workspaceId: string): ResourceSample | undefined {
    const run = this.runs.get(workspaceId);
    return run && this.samples.clockMs() - run.before.clockMs < staleMs ? run.latest : undefined;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.lookers.clear();
    this.due.clear();
    this.subscriptions.dispose();
  }

  private get everyMs(): number {
    return Math.max(leastEveryMs, this.due.size * spacingMs);
  }

  private followAll(): void {
    for (const id of [...this.due.keys()]) this.follow(id, this.store.get(id));
    if (this.lookers.size > 0)
      for (const workspace of this.store.list()) this.follow(workspace.id, workspace);
    this.plan();
  }

  private follow(id: string, workspace: Workspace | undefined): void {
    const isLookedAt = [...this.lookers].some(
      ({ workspaceId }) => workspaceId === undefined || workspaceId === id,
    );
    if (!isLookedAt || workspace?.container.kind !== 'running') this.due.delete(id);
    else if (!this.due.has(id)) this.due.set(id, this.samples.clockMs());
  }

  /** Sets the timer for the samples that are due next. Those that are due soon after come along, for one wake-up. */
  private plan(): void {
    clearTimeout(this.timer);
    if (this.due.size === 0) return;
    const waitMs = Math.min(...this.due.values()) - this.samples.clockMs();
    this.timer = setTimeout(
      () => {
        const nowMs = this.samples.clockMs();
        for (const [id, dueMs] of this.due)
          if (dueMs <= nowMs + this.everyMs / 4) {
            this.due.set(id, nowMs + this.everyMs);
            void this.sample(id);
          }
        this.plan();
      },
      Math.max(0, waitMs),
    ).unref();
  }

  private async sample(id: string): Promise<void> {
    const container = this.store.get(id)?.container;
    if (container?.kind !== 'running') return;
    try {
      await this.samples.take(id, container.id);
    } catch (error) {
      this.log.debug(`What a workspace uses could not be measured: ${describeError(error)}`);
    }
  }

  private receive(taken: TakenStats): void {
    const { workspaceId, containerId } = taken;
    const container = this.store.get(workspaceId)?.container;
    if (container?.kind !== 'running' || container.id !== containerId) return;
    const before = this.runs.get(workspaceId)?.before;
    const sample = before && resourceSample(before, taken);
    this.runs.set(workspaceId, { before: taken, latest: sample });
    if (this.due.has(workspaceId)) {
      this.due.set(workspaceId, taken.clockMs + (sample ? this.everyMs : secondAfterMs));
      this.plan();
    }
    if (!sample) return;
    // A clock that was set back must not make times go backwards.
    const kept = (this.histories.get(workspaceId) ?? []).filter(
      ({ atMs }) => atMs < sample.atMs && atMs >= sample.atMs - historyMs,
    );
    this.histories.set(workspaceId, [...kept, sample].slice(-mostSamples));
    this.sampled.fire({ workspaceId, sample });
  }
}
