import type { ContainerStats } from '../engineMeasures.ts';

/** A limit that a container is at, or has been close to for long. */
export type LimitHit =
  | { readonly cause: 'memoryNearLimit'; readonly usedBytes: number; readonly limitBytes: number }
  | { readonly cause: 'pidsLimit'; readonly pids: number; readonly limit: number }
  | { readonly cause: 'cpuThrottled'; readonly throttledShare: number };

const nearMemory = 0.95;
/** Processes of a fork bomb come and go: this close counts as being there. */
const nearPids = 0.98;
/** A limit is told anew once its use has fallen below this. */
const farFromLimit = 0.8;
const throttledShare = 0.8;
const throttledForMs = 60_000;
/** Periods of a minute in which it ran at all, of 600: what waits most of the time is not held back. */
const leastPeriods = 300;

/** Finds in the samples of one run of a container the limits that it hits, each told once until it is left again. */
export class LimitWatch {
  private told = new Set<LimitHit['cause']>();
  private nearMemoryBefore = false;
  private history: { readonly atMs: number; readonly periods: number; readonly throttled: number }[] = [];

  /** Whether the next sample decides about a limit. */
  get isUnsure(): boolean {
    return this.nearMemoryBefore && !this.told.has('memoryNearLimit');
  }

  feed(stats: ContainerStats, nowMs: number): LimitHit[] {
    return [this.memory(stats), this.pids(stats), this.processor(stats, nowMs)].flatMap((hit) => hit ?? []);
  }

  /** Two samples in a row: the kernel may just be about to give memory back. */
  private memory({ memoryBytes, memoryLimitBytes }: ContainerStats): LimitHit | undefined {
    const share = memoryBytes / memoryLimitBytes;
    const isNear = share >= nearMemory;
    const wasNear = this.nearMemoryBefore;
    this.nearMemoryBefore = isNear;
    if (share < farFromLimit) this.told.delete('memoryNearLimit');
    if (!isNear || !wasNear) return undefined;
    return this.once({ cause: 'memoryNearLimit', usedBytes: memoryBytes, limitBytes: memoryLimitBytes });
  }

  private pids({ pids, pidsLimit }: ContainerStats): LimitHit | undefined {
    if (pids < pidsLimit * farFromLimit) this.told.delete('pidsLimit');
    if (pids < Math.floor(pidsLimit * nearPids)) return undefined;
    return this.once({ cause: 'pidsLimit', pids, limit: pidsLimit });
  }

  private processor({ periods, throttledPeriods }: ContainerStats, nowMs: number): LimitHit | undefined {
    this.history.push({ atMs: nowMs, periods, throttled: throttledPeriods });
    // The last sample that is old enough is where the minute begins.
    const begin = this.history.findLastIndex(({ atMs }) => nowMs - atMs >= throttledForMs);
    if (begin < 0) return undefined;
    this.history = this.history.slice(begin);
    const [first] = this.history;
    if (!first) return undefined;
    const passed = periods - first.periods;
    const share = passed > 0 ? (throttledPeriods - first.throttled) / passed : 0;
    const enough = (leastPeriods * (nowMs - first.atMs)) / throttledForMs;
    // Told once in a run: a build that uses all it gets does so again and again.
    return share > throttledShare && passed >= enough
      ? this.once({ cause: 'cpuThrottled', throttledShare: share })
      : undefined;
  }

  private once(hit: LimitHit): LimitHit | undefined {
    if (this.told.has(hit.cause)) return undefined;
    this.told.add(hit.cause);
    return hit;
  }
}
