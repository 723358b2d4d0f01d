import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { EngineApi } from './engineApi.ts';
import { inspectExec } from './execAnswer.ts';

const execIds = z.object({ ExecIDs: z.nullish(z.array(z.string())) });

/** Longer than this no start takes that is to succeed. */
const longestStartMs = 3000;
/** What somebody else asked for may never be started; as long as this it is waited for. */
const longestForeignStartMs = 1000;
const pollMs = 10;

/**
 * Keeps a container from being paused while a process starts in it: one of ours, of another window, or the engine's own
 * health check. The engine would wait for a process that is frozen half-way, and could then neither resume nor remove the
 * container, tried on Engine 20.10.
 */
export class ExecStarts {
  private readonly api: Pick<EngineApi, 'json'>;
  /** By container: the processes that may not have started yet, and when they were asked for. */
  private readonly begun = new Map<string, Map<string, number>>();
  /** By container: what had not started when it was paused. */
  private readonly neverStarted = new Map<string, readonly string[]>();
  private readonly pauses = new Map<string, Promise<unknown>>();

  constructor(api: Pick<EngineApi, 'json'>) {
    this.api = api;
  }

  /** Starts a process once no pause is under way. */
  async start<T>(containerId: string, execId: string, begin: () => Promise<T>): Promise<T> {
    await this.pauses.get(containerId)?.catch(() => undefined);
    const starts = this.begun.get(containerId) ?? new Map<string, number>();
    this.begun.set(containerId, starts.set(execId, performance.now()));
    this.forgetOld();
    return await begin();
  }

  /** Pauses once every process that was asked for has started. */
  async pause<T>(containerId: string, begin: () => Promise<T>): Promise<T> {
    const pausing = this.allStarted(containerId).then(begin);
    this.pauses.set(containerId, pausing);
    try {
      return await pausing;
    } finally {
      this.pauses.delete(containerId);
    }
  }

  private async allStarted(containerId: string): Promise<void> {
    this.forgetOld();
    const starts = this.begun.get(containerId) ?? new Map<string, number>();
    for (const [execId, askedAt] of starts) await this.untilStarted(execId, askedAt + longestStartMs);
    this.begun.delete(containerId);
    await this.foreignStarted(containerId);
  }

  /** What was refused a start stays with the engine for minutes, and is waited for only once. */
  private async foreignStarted(containerId: string): Promise<void> {
    const lastMs = performance.now() + longestForeignStartMs;
    const known = this.neverStarted.get(containerId) ?? [];
    const never: string[] = [];
    for (const execId of await this.execsIn(containerId))
      if (known.includes(execId) || !(await this.untilStarted(execId, lastMs))) never.push(execId);
    if (never.length > 0) this.neverStarted.set(containerId, never);
    else this.neverStarted.delete(containerId);
  }

  private async untilStarted(execId: string, lastMs: number): Promise<boolean> {
    for (;;) {
      if (await this.hasStarted(execId)) return true;
      if (performance.now() >= lastMs) return false;
      await delay(pollMs);
    }
  }

  /** Those that the engine keeps for the container, whoever asked for them; none where it cannot be asked. */
  private async execsIn(containerId: string): Promise<readonly string[]> {
    const found = await this.api
      .json({ method: 'GET', path: ['containers', containerId, 'json'] })
      .catch(() => undefined);
    return execIds.safeParse(found).data?.ExecIDs ?? [];
  }

  /** True as well for one that ended already or cannot be asked about. */
  private async hasStarted(execId: string): Promise<boolean> {
    const found = await inspectExec(this.api, execId).catch(() => undefined);
    return !found || found.pid > 0 || found.exitCode !== undefined;
  }

  /** Of every container, for most are gone without ever having been paused. */
  private forgetOld(): void {
    for (const [containerId, starts] of this.begun) {
      for (const [execId, askedAt] of starts)
        if (performance.now() - askedAt > longestStartMs) starts.delete(execId);
      if (starts.size === 0) this.begun.delete(containerId);
    }
  }
}
