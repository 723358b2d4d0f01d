import type { ContainerStats } from '../engineMeasures.ts';

/** Share of a core below which a container does nothing: its health check alone takes some 0.1 % (measured). */
const idleShare = 0.02;
/** What broadcasts of the host and of other machines bring to any network between two samples: at least, and per second. */
const noise = { bytes: 4096, bytesPerSecond: 64 } as const;

type Usage = Pick<ContainerStats, 'cpuNanos' | 'networkReceivedBytes' | 'networkSentBytes'>;

/** Tells from samples how long a container has done nothing. */
export class IdleMeter {
  private last: { readonly usage: Usage; readonly atMs: number } | undefined;
  private idleSinceMs: number | undefined;

  /** Takes in a sample, and gives the time since which nothing was done; it counts from the first sample on. */
  feed(usage: Usage, atMs: number): number {
    const { last } = this;
    this.last = { usage, atMs };
    if (!last || this.idleSinceMs === undefined || isUsed(last.usage, usage, atMs - last.atMs))
      this.idleSinceMs = atMs;
    return this.idleSinceMs;
  }

  /** Something was done: the time counts anew, from the next sample on. */
  reset(): void {
    this.last = undefined;
    this.idleSinceMs = undefined;
  }
}

/** Totals that run backwards are those of another start. */
function isUsed(before: Usage, now: Usage, elapsedMs: number): boolean {
  const cpuMs = (now.cpuNanos - before.cpuNanos) / 1e6;
  const sent = now.networkSentBytes - before.networkSentBytes;
  const received = now.networkReceivedBytes - before.networkReceivedBytes;
  return (
    cpuMs < 0 ||
    cpuMs > elapsedMs * idleShare ||
    // Whoever answers sends: nothing goes out of a container by itself.
    sent !== 0 ||
    received < 0 ||
    received > Math.max(noise.bytes, (elapsedMs / 1000) * noise.bytesPerSecond)
  );
}
