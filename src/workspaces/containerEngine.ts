import type { EngineSupport } from '../isolation/engineSupport.ts';
import type { CordonError } from '../shared/errors.ts';
import type { Event } from '../shared/event.ts';
import type { Disposable } from '../shared/disposable.ts';
import type { ActivityEvent, ContainerEvent } from './engineEvents.ts';
import type { EngineContainers } from './engineContainers.ts';
import type { EngineCopies } from './engineCopies.ts';
import type { EngineImages } from './engineImages.ts';
import type { EngineLeftovers } from './engineLeftovers.ts';
import type { EngineMeasures } from './engineMeasures.ts';
import type { EngineNetworks } from './engineNetworks.ts';
import type { EngineProcesses } from './engineProcesses.ts';
import type { EngineViews } from './engineViews.ts';
import type { EngineVolumes } from './engineVolumes.ts';

/** Which engine was chosen and what it can do. */
export interface EngineInfo {
  /** For example `Docker Engine` or `Podman Engine`. */
  readonly product: string;
  readonly version: string;
  /** Engine API version spoken, `1.41` at least. */
  readonly apiVersion: string;
  /** Where it listens, for example `unix:///var/run/docker.sock`. */
  readonly endpoint: string;
  /** Why this one: the setting, `DOCKER_HOST`, the context's name, or the known socket. */
  readonly chosenBecause: string;
  /** The engine maps root in a container to an unprivileged user of the host. */
  readonly rootless: boolean;
  /** Cores of the engine's machine. */
  readonly cpus: number;
  readonly memoryMiB: number;
  /** Runtimes that the engine offers, by name, for example `runc`, `runsc`, `kata`. */
  readonly runtimes: readonly string[];
  /** What its kernel can hold a container to. */
  readonly support: EngineSupport;
  /** The engine's data folder on its machine, for example `/var/lib/docker`. */
  readonly dataFolder: string;
}

/** One place where an engine was looked for. */
export interface EngineAttempt {
  readonly endpoint: string;
  readonly chosenBecause: string;
  /** One sentence: what went wrong there. */
  readonly problem: string;
}

export type EngineState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting' }
  | {
      readonly kind: 'connected';
      readonly info: EngineInfo;
      /** Where an engine was looked for before this one was found. */
      readonly attempts?: readonly EngineAttempt[];
    }
  | {
      readonly kind: 'unavailable';
      readonly attempts: readonly EngineAttempt[];
      readonly error: CordonError;
    };

/** A Docker-compatible container engine, as far as Cordon needs one. Rejections are `CordonError`s. */
export interface ContainerEngine
  extends
    EngineImages,
    EngineNetworks,
    EngineVolumes,
    EngineViews,
    EngineCopies,
    EngineContainers,
    EngineProcesses,
    EngineMeasures,
    EngineLeftovers {
  readonly info: EngineInfo;
  /**
   * Removes every container, network and volume that carries this workspace's label, and nothing else: the copy of its
   * folder stays.
   * The undo of a create, whichever step failed.
   */
  removeEverythingOf(workspaceId: string): Promise<void>;
}

/** Finds an engine, watches it, and finds it again. */
export interface EngineSource extends Disposable {
  readonly state: EngineState;
  readonly onDidChangeState: Event<EngineState>;
  /** Subscribed before the state becomes `connected`, so that nothing is missed between a list and the first event. */
  readonly onDidReceiveEvent: Event<ContainerEvent>;
  readonly onDidReceiveActivity: Event<ActivityEvent>;
  /** How many streams of the engine's events are open. */
  readonly eventStreams: number;
  /** The engine, connecting first where need be. Rejects with `engineUnavailable` or `engineUnsupported`. */
  get(signal?: AbortSignal): Promise<ContainerEngine>;
  /** Looks again at once instead of waiting for the back-off. */
  retry(): void;
}
