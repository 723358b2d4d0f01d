import { describeError } from '../../shared/describeError.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import { Emitter } from '../../shared/event.ts';
import type { Log } from '../../shared/log.ts';
import type { EngineSource } from '../containerEngine.ts';
import type { StatsSamples, TakenStats } from '../resources/statsSamples.ts';
import type { Workspace } from '../workspace.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import { limitSentence } from './limitSentence.ts';
import type { SecurityReporter } from './securityReporter.ts';
import { WatchedRun } from './watchedRun.ts';

/** Between two samples of a workspace in which something runs. An engine may take a second for one. */
const activeEveryMs = 3000;
const idleEveryMs = 30_000;
/**
 * Samples cost an engine some 7 ms of processor time each (20.10, measured): with many workspaces they come less often,
 * so that all of them together stay below 2 % of a core.
 */
const spacingMs = { active: 500, idle: 1500 } as const;
/**
 * After something was started past Cordon, or a session has ended and may have left processes, it is watched for this
 * long. What another window starts is in no sample that was asked for before.
 */
const closelyMs = { foreign: 60_000, ended: 10_000, own: 1000 } as const;

/** Samples what running workspaces use, and reports the limits that they hit. */
export class StatsWatch implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly watched = new Map<string, WatchedRun>();
  private readonly emptyChanges = this.subscriptions.add(new Emitter<undefined>());
  private readonly store: Pick<WorkspaceStore, 'list' | 'get' | 'onDidChange'>;
  private readonly engines: Pick<EngineSource, 'get'>;
  private readonly samples: Pick<StatsSamples, 'take' | 'clockMs'>;
  private readonly reporter: Pick<SecurityReporter, 'report'>;
  private readonly log: Log;
  private timer: NodeJS.Timeout | undefined;

  /** Something runs now in a workspace that was empty, or the other way round. */
  readonly onDidChangeEmpty = this.emptyChanges.event;

  constructor(parts: {
    store: Pick<WorkspaceStore, 'list' | 'get' | 'onDidChange'>;
    engines: Pick<EngineSource, 'get'>;
    samples: Pick<StatsSamples, 'take' | 'onDidTake' | 'clockMs'>;
    reporter: Pick<SecurityReporter, 'report'>;
    log: Log;
  }) {
    this.store = parts.store;
    this.engines = parts.engines;
    this.samples = parts.samples;
    this.reporter = parts.reporter;
    this.log = parts.log;
    this.subscriptions.add(
      this.store.onDidChange(({ id, previous, current }) => {
        this.follow(id, current);
        if (previous && current && current.activeTasks < previous.activeTasks)
          this.lookClosely(id, closelyMs.ended);
      }),
    );
    this.subscriptions.add(
      parts.samples.onDidTake((taken) => {
        this.receive(taken).catch((error: unknown) => {
          this.log.debug(`A limit could not be reported: ${describeError(error)}`);
        });
      }),
    );
    for (const workspace of this.store.list()) this.follow(workspace.id, workspace);
  }

  /** Something was started in the workspace past Cordon: look closely for a while. */
  lookClosely(workspaceId: string, forMs: number = closelyMs.foreign): void {
    const watched = this.watched.get(workspaceId);
    if (!watched) return;
    watched.watchCloselyUntil(this.samples.clockMs() + forMs);
    this.setEmpty(watched, false);
    this.plan();
  }

  /** A window of Cordon started something in the workspace, which it watches itself but may leave behind. */
  lookAgain(workspaceId: string): void {
    const watched = this.watched.get(workspaceId);
    if (watched?.isEmpty) watched.sampledAtMs = this.samples.clockMs();
    this.lookClosely(workspaceId, closelyMs.own);
  }

  /** Whether nothing runs in the workspace, for certain, beside what keeps its container alive. */
  isEmpty(workspaceId: string): boolean {
    const watched = this.watched.get(workspaceId);
    return watched?.isEmpty === true && !this.isActive(workspaceId, watched);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.watched.clear();
    this.subscriptions.dispose();
  }

  private follow(id: string, workspace: Workspace | undefined): void {
    const container = workspace?.container;
    const known = this.watched.get(id);
    if (container?.kind !== 'running') {
      if (known) this.watched.delete(id);
    } else if (known?.containerId !== container.id) {
      const watched = new WatchedRun(container.id, this.samples.clockMs());
      this.watched.set(id, watched);
      void this.learnMain(watched);
    }
    this.plan();
  }

  /** Only our own main process has a health check. */
  private async learnMain(watched: WatchedRun): Promise<void> {
    try {
      const engine = await this.engines.get();
      const facts = await engine.inspectContainer(watched.containerId);
      watched.hasOwnMain = facts && !facts.hasHealthcheck;
      if (watched.hasOwnMain) this.plan();
    } catch (error) {
      this.log.debug(`A container could not be looked at: ${describeError(error)}`);
    }
  }

  /** Sets the timer for the sample that is due next. */
  private plan(): void {
    clearTimeout(this.timer);
    const due = this.dueTimes();
    if (due.length === 0) return;
    const next = Math.min(...due.map(({ atMs }) => atMs));
    this.timer = setTimeout(
      () => {
        const nowMs = this.samples.clockMs();
        for (const { id, atMs } of this.dueTimes()) if (atMs <= nowMs) void this.sample(id);
        this.plan();
      },
      Math.max(50, next - this.samples.clockMs()),
    ).unref();
  }

  private dueTimes(): { readonly id: string; readonly atMs: number }[] {
    const active = [...this.watched].filter(([id, watched]) => this.isActive(id, watched)).length;
    const idle = this.watched.size - active;
    const everyMs = {
      active: Math.max(activeEveryMs, active * spacingMs.active),
      idle: Math.max(idleEveryMs, idle * spacingMs.idle),
    };
    return [...this.watched].flatMap(([id, watched]) => {
      if (watched.isSampling || this.isEmpty(id)) return [];
      const usualMs = this.isActive(id, watched) ? everyMs.active : everyMs.idle;
      return [{ id, atMs: watched.dueAtMs(usualMs) }];
    });
  }

  private isActive(id: string, watched: WatchedRun): boolean {
    return watched.isActive(this.samples.clockMs()) || (this.store.get(id)?.activeTasks ?? 0) > 0;
  }

  private setEmpty(watched: WatchedRun, isEmpty: boolean): void {
    if (watched.isEmpty === isEmpty) return;
    watched.isEmpty = isEmpty;
    this.emptyChanges.fire(undefined);
  }

  private async sample(id: string): Promise<void> {
    const watched = this.watched.get(id);
    if (!watched || watched.isSampling) return;
    watched.isSampling = true;
    watched.sampledAtMs = this.samples.clockMs();
    try {
      await this.samples.take(id, watched.containerId);
    } catch (error) {
      this.log.debug(`A workspace could not be measured: ${describeError(error)}`);
    } finally {
      watched.isSampling = false;
      if (this.watched.get(id) === watched) this.plan();
    }
  }

  /** A sample of whomever serves here, too. */
  private async receive({ workspaceId: id, containerId, stats, clockMs }: TakenStats): Promise<void> {
    const watched = this.watched.get(id);
    if (watched?.containerId !== containerId) return;
    const hits = watched.take(stats, clockMs);
    this.setEmpty(watched, watched.isAlone && !this.isActive(id, watched));
    this.plan();
    for (const hit of hits)
      await this.reporter.report({
        workspaceId: id,
        cause: hit.cause,
        severity: hit.cause === 'cpuThrottled' ? 'info' : 'warning',
        message: limitSentence(hit),
        subjects: [],
        // Windows sample at their own times: one of them reports what all of them see within a minute.
        occurrence: `${containerId} ${Math.floor(Date.now() / 60_000)}`,
      });
  }
}
