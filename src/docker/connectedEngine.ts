import type { Readable } from 'node:stream';
import type { Disposable } from '../shared/disposable.ts';
import type { ActivityEvent, ContainerEvent } from '../workspaces/engineEvents.ts';
import { DockerEngine, type EngineSurroundings } from './dockerEngine.ts';
import type { EngineApi } from './engineApi.ts';
import type { EngineCandidate } from './engineCandidates.ts';
import { openClient, type EngineClient } from './engineClient.ts';
import { openEvents, openNetworkEvents, readEvents } from './engineEvents.ts';
import { probeEngine } from './engineProbe.ts';
import type { EventMemory } from './eventMemory.ts';

/** An engine that heard this recently is taken to be there. */
const recentMs = 1000;

/** One engine while the connection to it holds: its calls, and its events, which are subscribed already. */
export class ConnectedEngine implements Disposable {
  readonly engine: DockerEngine;
  private readonly client: EngineClient;
  private readonly api: EngineApi;
  /** Of our containers, and of networks, which carry no label of ours. */
  private readonly events: readonly Readable[];

  private constructor(
    client: EngineClient,
    api: EngineApi,
    engine: DockerEngine,
    events: readonly Readable[],
  ) {
    this.client = client;
    this.api = api;
    this.engine = engine;
    this.events = events;
  }

  /** Streams of events that are open. */
  get openStreams(): number {
    return this.events.filter(({ destroyed }) => !destroyed).length;
  }

  /** Connects to a candidate and subscribes to its events from the last remembered one on. */
  static async open(
    candidate: EngineCandidate,
    memory: EventMemory,
    surroundings: EngineSurroundings,
    signal: AbortSignal,
  ): Promise<ConnectedEngine> {
    const client = await openClient(candidate);
    try {
      const facts = await probeEngine(client, candidate, signal);
      const api = client.api(facts.info.apiVersion);
      const events = await Promise.all([
        openEvents(api, memory.lastMs, signal),
        openNetworkEvents(api, memory.lastMs, signal),
      ]);
      return new ConnectedEngine(client, api, new DockerEngine(api, facts, surroundings), events);
    } catch (error) {
      client.dispose();
      throw error;
    }
  }

  /** Hands on every event once, until a stream breaks; then it settles, which means that the engine is lost. */
  async follow(
    memory: EventMemory,
    onEvent: (event: ContainerEvent) => void,
    onActivity: (activity: ActivityEvent) => void,
  ): Promise<void> {
    const read = async (stream: Readable) => {
      for await (const seen of readEvents(stream)) {
        if (!memory.isNew(seen)) continue;
        if ('kind' in seen.event) onActivity(seen.event);
        else onEvent(seen.event);
      }
    };
    await Promise.race(this.events.map(read));
  }

  /** Whether the engine answers, asked only when nothing was heard of it lately. */
  async isAlive(): Promise<boolean> {
    if (performance.now() - this.api.heardAtMs < recentMs) return true;
    // On a busy machine the time of the first question may be over before its answer is looked at.
    return (await this.answers()) || (await this.answers());
  }

  private async answers(): Promise<boolean> {
    try {
      const answer = await this.api.stream({ method: 'GET', path: ['_ping'], timeoutMs: 1000 });
      answer.resume();
      return true;
    } catch {
      return false;
    }
  }

  /** Ends the stream of events, and lets calls that are under way come to their own end. */
  letGo(): void {
    for (const stream of this.events) stream.destroy();
  }

  /** Ends the stream of events and every call. */
  dispose(): void {
    this.letGo();
    this.client.dispose();
  }
}
