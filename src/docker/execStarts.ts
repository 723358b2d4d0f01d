import { setTimeout as delay } from 'node:timers/promises';
import type { EngineApi } from './engineApi.ts';
import { inspectExec } from './execAnswer.ts';

/** Longer than this no start takes that is to succeed. */
const longestStartMs = 3000;
const pollMs = 10;

/**
 * Keeps a container from being paused while a process starts in it. The engine would wait for a process that is frozen
 * half-way, and could then neither resume nor remove the container, tried on Engine 20.10.
 */
export class ExecStarts {
  private readonly api: Pick<EngineApi, 'json'>;
  /** By container: the processes that may not have started yet, and when they were asked for. */
  private readonly begun = new Map<string, Map<string, number>>();
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
    for (const [execId, askedAt] of starts)
      while (performance.now() - askedAt < longestStartMs && !(await this.hasStarted(execId)))
        await delay(pollMs);
    this.begun.delete(containerId);
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
