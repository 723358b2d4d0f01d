import type { Readable } from 'node:stream';
import type { ContainerSpec } from '../isolation/containerSpec.ts';
import type { ContainerFacts } from '../isolation/isolationReport.ts';
import type { Limits } from '../isolation/profile.ts';
import type { ContainerState } from './workspace.ts';

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
