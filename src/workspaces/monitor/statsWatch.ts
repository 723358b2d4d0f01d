import * as l10n from '@vscode/l10n';
import { describeError } from '../../shared/describeError.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { Log } from '../../shared/log.ts';
import type { EngineSource } from '../containerEngine.ts';
import type { Workspace } from '../workspace.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import { LimitWatch, type LimitHit } from './limitWatch.ts';
import type { SecurityReporter } from './securityReporter.ts';
import { bytesPerMiB } from '../../shared/units.ts';

/** Between two samples of a workspace in which something runs. An engine may take a second for one. */
const activeEveryMs = 3000;
const idleEveryMs = 30_000;
/**
 * Samples cost an engine some 7 ms of processor time each (20.10, measured): with many workspaces they come less often,
 * so that all of them together stay below 2 % of a core.
 */
const spacingMs = { active: 500, idle: 1500 } as const;
/** A limit that seems to be near is looked at again after this long. */
const againMs = 1000;
/** After something was started past Cordon, or a session has ended and may have left processes, it is watched for this long. */
const closelyMs = { foreign: 60_000, ended: 10_000 } as const;
/** Processes of a container in which nothing runs: init, `sleep`, and now and then the health check. */
const idlePids = 3;

interface Watched {
  readonly containerId: string;
  readonly limits: LimitWatch;
  /** The main process is the image's own, so that something runs there without any session. */
  hasOwnMain: boolean;
  closelyUntilMs: number;
  /** Processes in the last sample. */
  pids: number;
  sampledAtMs: number;
  isSampling: boolean;
}

/** Samples what running workspaces use, and reports the limits that they hit. */
export class StatsWatch implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly watched = new Map<string, Watched>();
  private readonly store: Pick<WorkspaceStore, 'list' | 'get' | 'onDidChange'>;
  private readonly engines: Pick<EngineSource, 'state' | 'get'>;
  private readonly reporter: Pick<SecurityReporter, 'report'>;
  private readonly log: Log;
  private timer: NodeJS.Timeout | undefined;

  constructor(parts: {
    store: Pick<WorkspaceStore, 'list' | 'get' | 'onDidChange'>;
    engines: Pick<EngineSource, 'state' | 'get'>;
    reporter: Pick<SecurityReporter, 'report'>;
    log: Log;
  }) {
    this.store = parts.store;
    this.engines = parts.engines;
    this.reporter = parts.reporter;
    this.log = parts.log;
    this.subscriptions.add(
      this.store.onDidChange(({ id, previous, current }) => {
        this.follow(id, current);
        if (previous && current && current.activeTasks < previous.activeTasks)
          this.lookClosely(id, closelyMs.ended);
      }),
    );
    for (const workspace of this.store.list()) this.follow(workspace.id, workspace);
  }

  /** Something was started in the workspace past Cordon: look closely for a while. */
  lookClosely(workspaceId: string, forMs: number = closelyMs.foreign): void {
    const watched = this.watched.get(workspaceId);
    if (!watched) return;
    watched.closelyUntilMs = Math.max(watched.closelyUntilMs, Date.now() + forMs);
    this.plan();
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
      const watched: Watched = {
        containerId: container.id,
        limits: new LimitWatch(),
        hasOwnMain: false,
        closelyUntilMs: 0,
        pids: 0,
        sampledAtMs: Date.now(),
        isSampling: false,
      };
      this.watched.set(id, watched);
      void this.learnMain(watched);
    }
    this.plan();
  }

  /** Only our own main process has a health check. */
  private async learnMain(watched: Watched): Promise<void> {
    try {
      const engine = await this.engines.get();
      const facts = await engine.inspectContainer(watched.containerId);
      watched.hasOwnMain = facts?.hasHealthcheck === false;
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
        for (const { id, atMs } of this.dueTimes()) if (atMs <= Date.now()) void this.sample(id);
        this.plan();
      },
      Math.max(50, next - Date.now()),
    ).unref();
  }

  private dueTimes(): { readonly id: string; readonly atMs: number }[] {
    const waiting = [...this.watched].filter(([, { isSampling }]) => !isSampling);
    const isActive = ([id, watched]: [string, Watched]) =>
      watched.hasOwnMain ||
      watched.pids > idlePids ||
      watched.closelyUntilMs > Date.now() ||
      (this.store.get(id)?.activeTasks ?? 0) > 0;
    const active = [...this.watched].filter(isActive).length;
    const idle = this.watched.size - active;
    const everyMs = {
      active: Math.max(activeEveryMs, active * spacingMs.active),
      idle: Math.max(idleEveryMs, idle * spacingMs.idle),
    };
    return waiting.map((entry) => ({
      id: entry[0],
      atMs:
        entry[1].sampledAtMs +
        (entry[1].limits.isUnsure ? againMs : isActive(entry) ? everyMs.active : everyMs.idle),
    }));
  }

  private async sample(id: string): Promise<void> {
    const watched = this.watched.get(id);
    if (!watched || watched.isSampling) return;
    watched.isSampling = true;
    watched.sampledAtMs = Date.now();
    try {
      if (this.engines.state.kind !== 'connected') return;
      const engine = await this.engines.get();
      const stats = await engine.sampleStats(watched.containerId);
      const workspace = this.store.get(id);
      if (!stats || !workspace || this.watched.get(id) !== watched) return;
      watched.pids = stats.pids;
      for (const hit of watched.limits.feed(stats, Date.now()))
        await this.reporter.report({
          workspaceId: id,
          cause: hit.cause,
          severity: hit.cause === 'cpuThrottled' ? 'info' : 'warning',
          message: sentenceOf(hit),
          subjects: [],
          // Windows sample at their own times: one of them reports what all of them see within a minute.
          occurrence: `${watched.containerId} ${Math.floor(Date.now() / 60_000)}`,
        });
    } catch (error) {
      this.log.debug(`A workspace could not be measured: ${describeError(error)}`);
    } finally {
      watched.isSampling = false;
      if (this.watched.get(id) === watched) this.plan();
    }
  }
}

function sentenceOf(hit: LimitHit): string {
  switch (hit.cause) {
    case 'memoryNearLimit':
      return l10n.t(
        'Memory is nearly used up: {0} of {1} MiB.',
        Math.round(hit.usedBytes / bytesPerMiB),
        Math.round(hit.limitBytes / bytesPerMiB),
      );
    case 'pidsLimit':
      return l10n.t(
        'The limit of processes is reached: {0} of {1}. New ones cannot be started.',
        hit.pids,
        hit.limit,
      );
    case 'cpuThrottled':
      return l10n.t(
        'For a minute the processor limit held it back {0} % of the time.',
        Math.round(hit.throttledShare * 100),
      );
  }
}
