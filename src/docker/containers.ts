import type { Readable } from 'node:stream';
import * as z from 'zod/mini';
import type { ContainerSpec } from '../isolation/containerSpec.ts';
import type { ContainerFacts } from '../isolation/isolationReport.ts';
import { labels } from '../isolation/labels.ts';
import type { Limits } from '../isolation/profile.ts';
import type { EngineContainers, ManagedContainer, ManagedProxy } from '../workspaces/engineContainers.ts';
import { containerFacts } from './containerFacts.ts';
import { containerOptions, nanoCpus } from './containerOptions.ts';
import { fileExists, pathExists } from './containerFiles.ts';
import { followedLogs, lastLogs } from './containerLogs.ts';
import { createdId } from './createdId.ts';
import type { EngineApi, EngineCall } from './engineApi.ts';
import { refusalStatus, refusalText, unlessGone, unlessSaying } from './engineErrors.ts';
import { pastLingeringInterface } from './lingeringInterface.ts';
import { refuseForGood } from './endedStart.ts';
import type { EngineFacts } from './engineFacts.ts';
import type { ExecStarts } from './execStarts.ts';
import { managedContainers, type ManagedList } from './managedContainers.ts';
import { SharedCalls } from '../shared/sharedCalls.ts';
import { bytesPerMiB } from '../shared/units.ts';

const labelled = z.object({
  Id: z.string(),
  Config: z.object({ Labels: z.nullish(z.record(z.string(), z.unknown())) }),
});

/** Seconds between asking the main process to end and killing it. */
const stopGraceSeconds = 5;
const slowMs = 60_000;

/** The containers of one engine. What is already so is success. */
export class Containers implements EngineContainers {
  private readonly api: EngineApi;
  private readonly facts: EngineFacts;
  private readonly starts: Pick<ExecStarts, 'pause'>;
  private readonly lists = new SharedCalls(() => this.list());

  constructor(api: EngineApi, facts: EngineFacts, starts: Pick<ExecStarts, 'pause'>) {
    this.api = api;
    this.facts = facts;
    this.starts = starts;
  }

  async createContainer(spec: ContainerSpec, networkId?: string): Promise<string> {
    try {
      return await this.create(spec, networkId);
    } catch (error) {
      // The name is taken. What an earlier try of this workspace left is ours to replace; anything else is not.
      const leftover = refusalStatus(error) === 409 ? await this.idOfOurs(spec) : undefined;
      if (leftover === undefined) throw error;
      await this.removeContainer(leftover);
      return this.create(spec, networkId);
    }
  }

  async startContainer(id: string): Promise<void> {
    const start = () => this.post(id, 'start', { timeoutMs: slowMs });
    await pastLingeringInterface(start).catch(refuseForGood);
  }

  async stopContainer(id: string): Promise<void> {
    const stop = () => this.post(id, 'stop', { query: { t: stopGraceSeconds }, timeoutMs: slowMs }, 404);
    await this.unpausedFirst(id, stop);
  }

  async killContainer(id: string): Promise<void> {
    await this.post(id, 'kill', {}, 404).catch(unlessSaying(/is not running/i));
  }

  async restartContainer(id: string): Promise<void> {
    const restart = () => this.post(id, 'restart', { query: { t: stopGraceSeconds }, timeoutMs: slowMs });
    await pastLingeringInterface(() => this.unpausedFirst(id, restart)).catch(refuseForGood);
  }

  pauseContainer(id: string): Promise<boolean> {
    const wasPaused = (error: unknown) => {
      unlessSaying(/already paused/i)(error);
      return false;
    };
    return this.starts.pause(id, () => this.post(id, 'pause').then(() => true, wasPaused));
  }

  async resumeContainer(id: string): Promise<void> {
    await this.post(id, 'unpause').catch(unlessSaying(/is not paused/i));
  }

  async renameContainer(id: string, name: string): Promise<void> {
    await this.post(id, 'rename', { query: { name }, about: { name } }).catch(
      unlessSaying(/same name as|new name is the same/i),
    );
  }

  async updateContainer(id: string, limits: Pick<Limits, 'cpus' | 'memoryMiB' | 'pids'>): Promise<void> {
    const bytes = limits.memoryMiB * bytesPerMiB;
    const body = {
      NanoCpus: nanoCpus(limits.cpus, this.facts.info.cpus),
      Memory: bytes,
      MemorySwap: bytes,
      PidsLimit: limits.pids,
    };
    await this.post(id, 'update', { body });
  }

  async removeContainer(id: string): Promise<void> {
    try {
      await this.api.json({
        method: 'DELETE',
        path: ['containers', id],
        query: { force: true, v: true },
        timeoutMs: slowMs,
      });
    } catch (error) {
      const status = refusalStatus(error);
      if (status === 409 && /removal .*in progress/i.test(refusalText(error))) await this.untilGone(id);
      else if (status !== 404) throw error;
    }
  }

  async inspectContainer(id: string): Promise<ContainerFacts | undefined> {
    const answer = await this.inspect(id);
    return answer === undefined ? undefined : containerFacts(answer);
  }

  /** Where many are started at once, as many would list all of them. */
  async listContainers(): Promise<readonly ManagedContainer[]> {
    return (await this.lists.ask()).containers;
  }

  async listProxies(): Promise<readonly ManagedProxy[]> {
    return (await this.lists.ask()).proxies;
  }

  hasFile(id: string, path: string): Promise<boolean> {
    return fileExists(this.api, id, path);
  }

  hasPath(id: string, path: string): Promise<boolean> {
    return pathExists(this.api, id, path);
  }

  followLogs(id: string, signal: AbortSignal, lastLines?: number): Promise<Readable> {
    return followedLogs(this.api, id, signal, lastLines);
  }

  lastLogs(id: string, lines: number): Promise<Readable> {
    return lastLogs(this.api, id, lines);
  }

  private async list(): Promise<ManagedList> {
    const filters = { label: [`${labels.managed}=true`] };
    return managedContainers(
      await this.api.json({ method: 'GET', path: ['containers', 'json'], query: { all: true, filters } }),
    );
  }

  private async create(spec: ContainerSpec, networkId: string | undefined): Promise<string> {
    const answer = await this.api.json({
      method: 'POST',
      path: ['containers', 'create'],
      query: { name: spec.name },
      body: containerOptions(spec, networkId, this.facts),
      timeoutMs: slowMs,
      about: { image: spec.image, name: spec.name },
    });
    return createdId(answer, 'containers/create');
  }

  private async idOfOurs(spec: ContainerSpec): Promise<string | undefined> {
    const parsed = labelled.safeParse(await this.inspect(spec.name));
    const found = parsed.data?.Config.Labels ?? {};
    const isOurs = found[labels.managed] === 'true' && found[labels.workspaceId] === spec.workspaceId;
    return isOurs ? parsed.data?.Id : undefined;
  }

  private async inspect(idOrName: string): Promise<unknown> {
    return await this.api.json({ method: 'GET', path: ['containers', idOrName, 'json'] }).catch(unlessGone);
  }

  /** A frozen process can neither hear a signal nor end. Asking costs nothing where the engine does it by itself. */
  private async unpausedFirst(id: string, work: () => Promise<void>): Promise<void> {
    await this.post(id, 'unpause', {}, 404).catch(unlessSaying(/not paused|not running/i));
    await work();
  }

  private async untilGone(id: string): Promise<void> {
    await this.api
      .json({
        method: 'POST',
        path: ['containers', id, 'wait'],
        query: { condition: 'removed' },
        timeoutMs: slowMs,
      })
      .catch(unlessGone);
  }

  private async post(
    id: string,
    action: string,
    options: Partial<EngineCall> = {},
    ...fineStatuses: number[]
  ): Promise<void> {
    await this.api
      .json({ method: 'POST', path: ['containers', id, action], ...options })
      .catch(unlessStatus(304, ...fineStatuses));
  }
}

function unlessStatus(...fine: number[]): (error: unknown) => void {
  return (error) => {
    if (!fine.includes(refusalStatus(error) ?? 0)) throw error;
  };
}
