import type { Readable } from 'node:stream';
import type { ContainerSpec, NetworkSpec, ViewVolumeSpec } from '../isolation/containerSpec.ts';
import type { ViewPlaces } from '../isolation/folderView.ts';
import type { VolumeFacts } from '../isolation/viewAudit.ts';
import type { UserId } from '../isolation/workspaceUser.ts';
import type { EngineSupport } from '../isolation/engineSupport.ts';
import type { Limits } from '../isolation/profile.ts';
import type { ContainerFacts } from '../isolation/isolationReport.ts';
import type { NetworkFacts } from '../isolation/networkAudit.ts';
import type { CordonError } from '../shared/errors.ts';
import type { Event } from '../shared/event.ts';
import type { Disposable } from '../shared/disposable.ts';
import type { ActivityEvent, ContainerEvent } from './engineEvents.ts';
import type { EngineImages } from './engineImages.ts';
import type { EngineLeftovers } from './engineLeftovers.ts';
import type { EngineMeasures } from './engineMeasures.ts';
import type { EngineProcesses } from './engineProcesses.ts';
import type { ContainerState } from './workspace.ts';

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

/** A container that carries our labels. Label values are hostile input: `record` is what the label held, unparsed. */
export interface ManagedContainer {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly state: ContainerState;
  readonly record: unknown;
  /** IPv4 addresses in the networks that it is attached to; none while it does not run. */
  readonly addresses: readonly string[];
  /** Seconds since 1970 at which it was made. */
  readonly createdAtSeconds: number;
}

/** The proxy of a workspace, or what is left of one. */
export interface ManagedProxy {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly state: ContainerState;
  /** What it was made for, as its label says; empty where it has none. */
  readonly fingerprint: string;
  /** Its address in each network that it is attached to, by the network's name; empty while it does not run. */
  readonly networks: Readonly<Record<string, string>>;
  /** Seconds since 1970 at which it was made. */
  readonly createdAtSeconds: number;
}

/** A network that carries our labels. */
export interface ManagedNetwork {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  /** It leads out, and is for the proxy of the workspace only. */
  readonly isOutward: boolean;
  /** Seconds since 1970 at which it was made. */
  readonly createdAtSeconds: number;
}

/** A volume that carries our labels. */
export interface ManagedVolume {
  readonly name: string;
  readonly workspaceId: string;
  /** Seconds since 1970 at which it was made; 0 where the engine does not say. */
  readonly createdAtSeconds: number;
}

export interface EngineNetworks {
  /** Makes the network and returns its id; one that this workspace already has by that name is used again. */
  createNetwork(spec: NetworkSpec): Promise<string>;
  /** Those of one workspace, or all of ours. */
  listNetworks(workspaceId?: string): Promise<readonly ManagedNetwork[]>;
  /** Every network that was made for a workspace, as the engine has it. */
  findNetworks(workspaceId: string): Promise<readonly NetworkFacts[]>;
  /** Removes one network of ours; success when it is gone already. */
  removeNetwork(id: string): Promise<void>;
  connectNetwork(networkId: string, containerId: string): Promise<void>;
  /**
   * Puts a container into the isolated network of a workspace, by the network's id or name, where the workspace finds it
   * under `alias`. Nothing passes in such a network before this.
   */
  joinIsolated(network: string, containerId: string, alias: string): Promise<void>;
  /** Takes a container off a network, whoever made it; off all of them when none is named. */
  disconnectNetwork(containerId: string, networkId?: string): Promise<void>;
}

export interface EngineVolumes {
  listVolumes(): Promise<readonly ManagedVolume[]>;
  /** Makes the volume that mounts a view; one that this workspace has by that name is used again, or made anew. */
  createViewVolume(spec: ViewVolumeSpec): Promise<void>;
  /** `undefined` when it is gone. */
  inspectVolume(name: string): Promise<VolumeFacts | undefined>;
  /**
   * Whether the engine mounts views, and sees the same files as this process: tried with one that has an entry of this
   * name in `lower`. `image` is any that the engine has; nothing in it runs.
   */
  canMountView(places: ViewPlaces, entry: string, image: string): Promise<boolean>;
  /**
   * Opens the view that is mounted for a workspace by a container of `image` (any that the engine has) that is never started
   * and is removed afterwards. Rejects with `conflict` where the engine has no such view.
   */
  withView<T>(workspaceId: string, image: string, work: (view: OpenedView) => Promise<T>): Promise<T>;
  /**
   * Opens a layer of an overlay, an absolute path on the engine's disk, by containers of `image` (any that the engine has)
   * that are never started. They, and the volumes that they need, are removed afterwards.
   */
  withLayer<T>(layer: string, image: string, work: (layer: OpenLayer) => Promise<T>): Promise<T>;
  /**
   * Replaces what is in a folder of this machine, whoever it belongs to, by empty files of the given owner. `image` is
   * any that the engine has; nothing in it runs.
   */
  replaceByFiles(request: {
    readonly folder: string;
    readonly names: readonly string[];
    readonly owner: UserId;
    readonly image: string;
  }): Promise<void>;
}

/**
 * A copy that is open. One call at a time: an engine lets the next one wait until the archive before is through. In archives
 * names are text as `archiveText` makes it.
 */
export interface OpenCopy {
  /**
   * Unpacks a tar archive at the root of the volume, as root, with owners (numbers) and modes as it says. Reads it to its
   * end; rejects with the error of the archive's stream when that fails. What is left of it is destroyed.
   */
  readonly put: (archive: Readable, signal?: AbortSignal) => Promise<void>;
  /**
   * A tar archive of what is at this path (relative, plain names, for example `upper`) in the volume; names in it begin
   * with the last part of the path. The caller reads it to the end or destroys it; `signal`, and the end of the work that
   * the copy was opened for, break it off. It tells of no extended attributes but the capabilities of files.
   */
  readonly get: (path: string, signal?: AbortSignal) => Promise<Readable>;
  /** True when there is anything at this path (relative, plain names) in the volume. */
  readonly has: (path: string) => Promise<boolean>;
  /** Removes what is at this path, a folder with all that is in it; false where the engine leaves it there. */
  remove(path: string, signal?: AbortSignal): Promise<boolean>;
}

/**
 * A layer that is open: `shown` is what an overlay shows that has it above another layer, where nothing can be written, and
 * `place` is an empty folder beside that. Calls are as for a copy, whose root has these two.
 */
export interface OpenLayer extends Pick<OpenCopy, 'put' | 'get' | 'has'> {
  /** Unpacks an archive below the layer, where nothing is at first. To be called before all others. */
  readonly putBelow: OpenCopy['put'];
}

/** Something in a view, as a workspace sees it: layers below may have something newer of which the kernel has not heard. */
export interface SeenEntry {
  readonly type: 'file' | 'folder' | 'link' | 'special';
  /** Permission bits, without setuid, setgid and sticky. */
  readonly mode: number;
  /** Bytes. */
  readonly size: number;
  readonly modifiedNs: bigint;
}

/** The view of a workspace, open for changes from outside. Paths are relative, of names that are text. */
export interface OpenedView {
  /**
   * Whether a folder that is made in it shows what came below it meanwhile, once the view is mounted anew. Since Linux 5.15
   * it does; before, the kernel marks it as one that hides all that.
   */
  readonly mergesNewFolders: boolean;
  /** What the workspace sees at a path, links not followed; `undefined` for nothing. */
  look(path: string): Promise<SeenEntry | undefined>;
  /** Both as for a copy, at the root of the view. */
  put: OpenCopy['put'];
  remove: OpenCopy['remove'];
}

/** Copies of folders, kept by the engine for workspaces whose folder it does not see. */
export interface EngineCopies {
  /**
   * Makes the volume that keeps the copy for a workspace, or finds it; gives its absolute path on the engine's own disk.
   * Rejects with `conflict` where somebody else has one by its name.
   */
  prepareCopy(workspaceId: string): Promise<string>;
  /**
   * Opens that volume by a container of `image` (any that the engine has) that is never started and is removed afterwards.
   * Rejects where there is none.
   */
  withCopy<T>(workspaceId: string, image: string, work: (copy: OpenCopy) => Promise<T>): Promise<T>;
  /**
   * Removes by what it was opened so many seconds ago or earlier, for whoever knows that nobody is at it any more; gives
   * whether anything younger is left.
   */
  closeCopy(workspaceId: string, leastAgeSeconds: number): Promise<boolean>;
  /** The workspaces for which a copy is kept. */
  listCopies(): Promise<readonly string[]>;
  /** Success when it is gone already. */
  removeCopy(workspaceId: string): Promise<void>;
}

/** Every call is idempotent: what is already so is success. */
export interface EngineContainers {
  /** Makes the container and returns its id. `networkId` for a specification with its own network. */
  createContainer(spec: ContainerSpec, networkId?: string): Promise<string>;
  startContainer(id: string): Promise<void>;
  stopContainer(id: string): Promise<void>;
  /** Ends every process at once, frozen ones included. */
  killContainer(id: string): Promise<void>;
  restartContainer(id: string): Promise<void>;
  /** Gives false for one that was paused already. */
  pauseContainer(id: string): Promise<boolean>;
  resumeContainer(id: string): Promise<void>;
  renameContainer(id: string, name: string): Promise<void>;
  /** Changes CPU, memory and pids of an existing container in place. */
  updateContainer(id: string, limits: Pick<Limits, 'cpus' | 'memoryMiB' | 'pids'>): Promise<void>;
  removeContainer(id: string): Promise<void>;
  /** `undefined` when it is gone. */
  inspectContainer(id: string): Promise<ContainerFacts | undefined>;
  /** Those of workspaces, and never what stands beside one. */
  listContainers(): Promise<readonly ManagedContainer[]>;
  listProxies(): Promise<readonly ManagedProxy[]>;
  /** True when the container has a file at this absolute path; works for a container that does not run. */
  hasFile(id: string, path: string): Promise<boolean>;
  /** True when the container has anything at this absolute path; works for a container that does not run. */
  hasPath(id: string, path: string): Promise<boolean>;
  /** What the main process printed, both streams, or only its last lines; follows until `signal` aborts. */
  followLogs(id: string, signal: AbortSignal, lastLines?: number): Promise<Readable>;
  /** The last lines that the main process printed until now, both streams. */
  lastLogs(id: string, lines: number): Promise<Readable>;
}

/** A Docker-compatible container engine, as far as Cordon needs one. Rejections are `CordonError`s. */
export interface ContainerEngine
  extends
    EngineImages,
    EngineNetworks,
    EngineVolumes,
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
