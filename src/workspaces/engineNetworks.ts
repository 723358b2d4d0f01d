import type { NetworkSpec } from '../isolation/containerSpec.ts';
import type { NetworkFacts } from '../isolation/networkAudit.ts';

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

/** The networks of an engine. */
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
