import * as z from 'zod/mini';
import type { ContainerStats, EngineMeasures, ProcessFacts } from '../workspaces/engineMeasures.ts';
import type { EngineApi } from './engineApi.ts';
import { answerNotUnderstood, refusalStatus, refusalText } from './engineErrors.ts';

const number = z._default(z.nullish(z.number()), 0);

const statsAnswer = z.object({
  pids_stats: z.nullish(z.object({ current: number, limit: number })),
  cpu_stats: z.object({
    cpu_usage: z.object({ total_usage: number }),
    throttling_data: z.nullish(z.object({ periods: number, throttled_periods: number })),
  }),
  memory_stats: z.object({
    usage: number,
    limit: number,
    stats: z.nullish(z.record(z.string(), z.unknown())),
  }),
  blkio_stats: z.nullish(
    z.object({
      io_service_bytes_recursive: z.nullish(z.array(z.object({ op: z.string(), value: number }))),
    }),
  ),
  networks: z.nullish(z.record(z.string(), z.object({ rx_bytes: number, tx_bytes: number }))),
});

const topAnswer = z.object({ Titles: z.array(z.string()), Processes: z.array(z.array(z.string())) });
const sizeAnswer = z.object({ SizeRw: number });

/** What one engine can measure of its running containers. */
export class Measures implements EngineMeasures {
  private readonly api: EngineApi;

  constructor(api: EngineApi) {
    this.api = api;
  }

  async sampleStats(containerId: string): Promise<ContainerStats | undefined> {
    const answer = await this.get(['containers', containerId, 'stats'], { stream: false, 'one-shot': true });
    return answer === undefined ? undefined : containerStats(answer);
  }

  async listProcesses(containerId: string): Promise<readonly ProcessFacts[]> {
    const answer = await this.get(['containers', containerId, 'top'], { ps_args: '-eo pid,uid,args' });
    return answer === undefined ? [] : processList(answer);
  }

  async writtenBytes(containerId: string): Promise<number> {
    const answer = await this.get(['containers', containerId, 'json'], { size: true });
    return answer === undefined ? 0 : (sizeAnswer.safeParse(answer).data?.SizeRw ?? 0);
  }

  /** `undefined` for what is gone or does not run. */
  private async get(path: readonly string[], query: Record<string, unknown> = {}): Promise<unknown> {
    try {
      return await this.api.json({ method: 'GET', path, query, timeoutMs: 10_000 });
    } catch (error) {
      if (refusalStatus(error) === 404 || /is not running/i.test(refusalText(error))) return undefined;
      throw error;
    }
  }
}

/** Reads one sample of either version of the kernel's control groups; `undefined` for a container that does not run. */
export function containerStats(answer: unknown): ContainerStats | undefined {
  const parsed = statsAnswer.safeParse(answer);
  if (!parsed.success) throw answerNotUnderstood('stats', parsed.error);
  const { pids_stats: pids, cpu_stats: cpu, memory_stats: memory, blkio_stats: io, networks } = parsed.data;
  const { usage, limit } = { usage: memory.usage ?? 0, limit: memory.limit ?? 0 };
  if (limit === 0) return undefined;
  // Named after the version of the control groups: first, then second.
  const cache = Number(memory.stats?.['total_inactive_file'] ?? memory.stats?.['inactive_file'] ?? 0);
  const pidsLimit = pids?.limit ?? 0;
  const transfers = io?.io_service_bytes_recursive ?? [];
  const interfaces = Object.values(networks ?? {});
  return {
    memoryBytes: cache >= 0 && cache < usage ? usage - cache : usage,
    memoryLimitBytes: limit,
    pids: pids?.current ?? 0,
    // The largest number that fits stands for no limit.
    pidsLimit: pidsLimit > 0 && pidsLimit < Number.MAX_SAFE_INTEGER ? pidsLimit : Infinity,
    cpuNanos: cpu.cpu_usage.total_usage ?? 0,
    throttledPeriods: cpu.throttling_data?.throttled_periods ?? 0,
    periods: cpu.throttling_data?.periods ?? 0,
    // One entry for each device and direction, in capitals by the first version; some engines tell the sums as well.
    ioReadBytes: sum(transfers, ({ op, value }) => (op.toLowerCase() === 'read' ? value : 0)),
    ioWriteBytes: sum(transfers, ({ op, value }) => (op.toLowerCase() === 'write' ? value : 0)),
    networkReceivedBytes: sum(interfaces, ({ rx_bytes: received }) => received),
    networkSentBytes: sum(interfaces, ({ tx_bytes: sent }) => sent),
  };
}

function sum<T>(items: readonly T[], valueOf: (item: T) => number | null | undefined): number {
  return items.reduce((total, item) => total + (valueOf(item) ?? 0), 0);
}

/** Reads an engine's list of processes, whatever columns it has. */
export function processList(answer: unknown): ProcessFacts[] {
  const parsed = topAnswer.safeParse(answer);
  if (!parsed.success) throw answerNotUnderstood('top', parsed.error);
  const { Titles, Processes } = parsed.data;
  const column = (...names: string[]) => Titles.findIndex((title) => names.includes(title.toUpperCase()));
  const [uid, command] = [column('UID'), column('COMMAND', 'CMD', 'ARGS')];
  if (uid < 0) throw answerNotUnderstood('top');
  return Processes.map((row) => ({
    uid: uidOf(row[uid] ?? ''),
    command: (row[command] ?? '').slice(0, 500),
  }));
}

function uidOf(text: string): number {
  return text === 'root' ? 0 : Number(text);
}
