import { Emitter } from '../../src/shared/event.ts';
import { toDisposable, type Disposable } from '../../src/shared/disposable.ts';
import type { ResourceSource } from '../../src/vscode/details/resourceSource.ts';
import type { ResourceSample } from '../../src/workspaces/resources/resourceSample.ts';

/** A sample of a workspace that does nothing but for what is named. */
export function sampleAt(atMs: number, use: Partial<ResourceSample> = {}): ResourceSample {
  return {
    cpuCores: 0,
    memoryBytes: 0,
    receivedBytesPerSecond: 0,
    sentBytesPerSecond: 0,
    readBytesPerSecond: 0,
    writtenBytesPerSecond: 0,
    pids: 0,
    ...use,
    atMs,
  };
}

/** Samples that a test makes up, and who looks at them. */
export class FakeResources implements ResourceSource {
  /** Workspaces at which somebody looks by themselves. */
  readonly looking: string[] = [];
  samples: ResourceSample[] = [];
  private readonly comings = new Emitter<{ workspaceId: string; sample: ResourceSample }>();

  readonly onDidSample = this.comings.event;

  look(workspaceId?: string): Disposable {
    if (workspaceId === undefined) return toDisposable(() => undefined);
    this.looking.push(workspaceId);
    return toDisposable(() => this.looking.splice(this.looking.indexOf(workspaceId), 1));
  }

  history(): readonly ResourceSample[] {
    return this.samples;
  }

  latest(): ResourceSample | undefined {
    return this.samples.at(-1);
  }

  sample(workspaceId: string, sample: ResourceSample): void {
    this.comings.fire({ workspaceId, sample });
  }
}
