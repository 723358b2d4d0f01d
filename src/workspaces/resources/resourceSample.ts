import { nanosPerSecond } from '../../shared/units.ts';
import type { TakenStats } from './statsSamples.ts';

/** What a workspace used at one time. Rates are over the time since the sample before. */
export interface ResourceSample {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Processor cores in use, 0 or more. */
  readonly cpuCores: number;
  readonly memoryBytes: number;
  readonly receivedBytesPerSecond: number;
  readonly sentBytesPerSecond: number;
  readonly readBytesPerSecond: number;
  readonly writtenBytesPerSecond: number;
  readonly pids: number;
}

/** Over a shorter time, what an engine counts is too coarse to tell a rate. */
const leastMs = 250;
/** A rate over a longer time tells nothing of now. */
const mostMs = 60_000;

/** What was used between two samples; `undefined` where they tell no rate, for they are of two runs for instance. */
export function resourceSample(before: TakenStats, now: TakenStats): ResourceSample | undefined {
  const elapsedMs = now.clockMs - before.clockMs;
  if (before.containerId !== now.containerId || elapsedMs < leastMs || elapsedMs > mostMs) return undefined;
  // Processor time begins anew with every start of a container.
  if (now.stats.cpuNanos < before.stats.cpuNanos) return undefined;
  // The other counters also shrink where a network or a device is taken away.
  const perSecond = (used: number) => (Math.max(0, used) / elapsedMs) * 1000;
  const [was, is] = [before.stats, now.stats];
  return {
    atMs: now.atMs,
    cpuCores: perSecond(is.cpuNanos - was.cpuNanos) / nanosPerSecond,
    memoryBytes: is.memoryBytes,
    receivedBytesPerSecond: perSecond(is.networkReceivedBytes - was.networkReceivedBytes),
    sentBytesPerSecond: perSecond(is.networkSentBytes - was.networkSentBytes),
    readBytesPerSecond: perSecond(is.ioReadBytes - was.ioReadBytes),
    writtenBytesPerSecond: perSecond(is.ioWriteBytes - was.ioWriteBytes),
    pids: is.pids,
  };
}
