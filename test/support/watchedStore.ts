import { mock } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Emitter } from '../../src/shared/event.ts';
import type { ContainerStats } from '../../src/workspaces/engineMeasures.ts';
import { StatsSamples } from '../../src/workspaces/resources/statsSamples.ts';
import type { Workspace, WorkspaceChange } from '../../src/workspaces/workspace.ts';
import { FakeEngine } from './fakeEngine.ts';

/** A sample in which next to nothing is used: init and `sleep`. */
export function statsOf(changes: Partial<ContainerStats> = {}): ContainerStats {
  return {
    memoryBytes: 10,
    memoryLimitBytes: 1000,
    pids: 2,
    pidsLimit: 128,
    cpuNanos: 0,
    throttledPeriods: 0,
    periods: 0,
    ioReadBytes: 0,
    ioWriteBytes: 0,
    networkReceivedBytes: 0,
    networkSentBytes: 0,
    ...changes,
  };
}

/** Workspaces whose containers are what a test says, on an engine that tells what they use, in a time that a test moves. */
export class WatchedStore {
  readonly changes = new Emitter<WorkspaceChange>();
  readonly onDidChange = this.changes.event;
  readonly engine = new FakeEngine();
  /** The containers that the engine was asked for, in their order. */
  readonly asked: string[] = [];
  nowMs = 0;
  readonly samples = new StatsSamples(this.engine, () => this.nowMs);
  /** What a container uses. */
  statsOf: (containerId: string) => ContainerStats | undefined = () => statsOf();
  private readonly workspaces = new Map<string, Workspace>();

  constructor() {
    this.engine.comeBack();
    this.engine.sampleStats = (containerId = '') => {
      this.asked.push(containerId);
      return Promise.resolve(this.statsOf(containerId));
    };
  }

  list(): readonly Workspace[] {
    return [...this.workspaces.values()];
  }

  get(id: string): Workspace | undefined {
    return this.workspaces.get(id);
  }

  /** How the folder is mounted in those that are put in. */
  mount: Workspace['mount'] = 'live';

  /** Its container is now this; it is called as the workspace with a `c` before it. */
  put(id: string, kind: 'running' | 'paused' | 'stopped', activeTasks = 0, containerId = `c${id}`): void {
    const previous = this.workspaces.get(id);
    const container = { kind, id: containerId };
    const [folder, profile, { mount }] = ['file:///projects/demo', 'standard', this];
    const current = { id, container, activeTasks, folder, profile, mount } as Workspace;
    this.workspaces.set(id, current);
    this.changes.fire({ id, ...(previous && { previous }), current });
  }

  remove(id: string): void {
    const previous = this.workspaces.get(id);
    this.workspaces.delete(id);
    if (previous) this.changes.fire({ id, previous });
  }

  /** Lets time go by, in steps. Timers have to be those of the test. */
  async pass(forMs: number, stepMs = 50): Promise<void> {
    for (let passedMs = 0; passedMs < forMs; passedMs += stepMs) {
      this.nowMs += stepMs;
      mock.timers.tick(stepMs);
      for (let turn = 0; turn < 3; turn++) await setImmediate();
    }
  }

  dispose(): void {
    this.samples.dispose();
    this.engine.dispose();
  }
}
