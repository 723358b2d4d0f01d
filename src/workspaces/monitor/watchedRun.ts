import type { ContainerStats } from '../engineMeasures.ts';
import { LimitWatch, type LimitHit } from './limitWatch.ts';

/** A limit that seems to be near is looked at again after this long. */
const againMs = 1000;
/** Processes of a container in which nothing runs: init, `sleep`, and now and then the health check. */
const idlePids = 3;
/** Init and `sleep` are these: beside them nothing runs that could start anything. */
const emptyPids = 2;
/** Samples of others may come right after one another: they are no two looks at a limit. */
const apartMs = 500;

/** One run of a container, and what its samples told of it. Times are in milliseconds of the samples' clock. */
export class WatchedRun {
  readonly containerId: string;
  /** Whether the main process is the image's own, so that something runs there without any session. */
  hasOwnMain: boolean | undefined;
  /** Nothing ran in it at the last sample, and nothing was started since: it can hit no limit, and is left alone. */
  isEmpty = false;
  isSampling = false;
  sampledAtMs: number;
  private readonly limits = new LimitWatch();
  private closelyUntilMs = 0;
  /** Processes in the last sample. */
  private pids = 0;
  /** When the last sample came that the limits were compared with. */
  private receivedAtMs = -Infinity;

  constructor(containerId: string, nowMs: number) {
    this.containerId = containerId;
    this.sampledAtMs = nowMs;
  }

  watchCloselyUntil(untilMs: number): void {
    this.closelyUntilMs = Math.max(this.closelyUntilMs, untilMs);
  }

  /** Whether something runs in it, or may, as far as can be told without its sessions. */
  isActive(nowMs: number): boolean {
    return this.hasOwnMain === true || this.pids > idlePids || this.closelyUntilMs > nowMs;
  }

  /** Whether the last sample had nothing but what keeps the container alive. */
  get isAlone(): boolean {
    return this.hasOwnMain === false && this.pids > 0 && this.pids <= emptyPids;
  }

  /** When the next sample is due, by how often others of its kind are sampled. */
  dueAtMs(usualMs: number): number {
    return this.sampledAtMs + (this.limits.isUnsure ? againMs : usualMs);
  }

  /** Takes in a sample, whoever asked for it; returns the limits that it is at. */
  take(stats: ContainerStats, nowMs: number): readonly LimitHit[] {
    this.sampledAtMs = nowMs;
    this.pids = stats.pids;
    if (nowMs - this.receivedAtMs < apartMs) return [];
    this.receivedAtMs = nowMs;
    return this.limits.feed(stats, nowMs);
  }
}
