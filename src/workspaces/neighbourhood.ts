import type { NetworkFacts } from '../isolation/networkAudit.ts';
import type { ProbePlan } from '../isolation/probe/probeScript.ts';
import { isCutOff, type NetworkMode } from '../isolation/profile.ts';
import type { ContainerEngine } from './containerEngine.ts';
import type { ManagedContainer } from './engineContainers.ts';
import { isUp } from './containerState.ts';
import { parseLabelRecord } from './workspaceRecord.ts';

/** What is around a container: its network, and what it must not reach. */
export interface Neighbourhood {
  readonly networks: readonly NetworkFacts[];
  readonly targets: ProbePlan['targets'];
}

/** The metadata service of clouds, which hands out credentials. */
const metadataAddress = '169.254.169.254';
/** One of the internet that answers everybody. */
const publicAddress = '1.1.1.1';
const triedPort = 80;
/** More of them would say the same: the engine keeps all networks apart by the same rules. */
const mostNeighbours = 3;
const mostHostAddresses = 8;

/**
 * Finds out what a workspace must not reach. It asks nothing of its container, so it can be done while that starts. `known`
 * are the containers, where somebody asked for them within a second.
 */
export async function lookAround(
  engine: Pick<ContainerEngine, 'listContainers' | 'findNetworks'>,
  { id, network }: { readonly id: string; readonly network: NetworkMode },
  hostAddresses: readonly string[],
  known?: readonly ManagedContainer[],
): Promise<Neighbourhood> {
  if (network === 'none') return { networks: [], targets: [] };
  const [networks, containers] = await Promise.all([
    engine.findNetworks(id),
    known ?? engine.listContainers(),
  ]);
  const neighbours = neighbourAddresses(
    containers.filter(({ workspaceId }) => workspaceId !== id),
    network,
  );
  const outside = isCutOff(network)
    ? [
        ...networks.flatMap(({ gateways }) => gateways),
        ...hostAddresses.filter(isIpv4).slice(0, mostHostAddresses),
        metadataAddress,
        publicAddress,
      ]
    : [];
  const hosts = [...new Set([...neighbours, ...outside])].filter(isIpv4);
  return { networks, targets: hosts.map((host) => ({ host, port: triedPort })) };
}

/** Addresses of a few that run. What their labels say is read only as far as it is needed: it may be long. */
function neighbourAddresses(others: readonly ManagedContainer[], network: NetworkMode): readonly string[] {
  const found: string[] = [];
  for (const other of others) {
    if (found.length >= mostNeighbours) break;
    // The kernel answers for a frozen one too, as those of the same folder are while this one starts.
    if (!isUp(other.state)) continue;
    // Nothing leads to the address of an isolated one: what answers a try is a gateway that takes in every connection.
    if (isCutOff(network) || !isIsolated(other)) found.push(...other.addresses);
  }
  return found.slice(0, mostNeighbours);
}

/** By its record; where that cannot be read, it is taken for one that can be reached. */
function isIsolated({ record }: ManagedContainer): boolean {
  try {
    return isCutOff(parseLabelRecord(record).network);
  } catch {
    return false;
  }
}

function isIpv4(address: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(address);
}
