import type { ProxyPlan } from '../../isolation/egress/proxyPlan.ts';
import type { ContainerEngine } from '../containerEngine.ts';
import type { ManagedProxy } from '../engineContainers.ts';
import type { ManagedNetwork } from '../engineNetworks.ts';
import { proxiesOf } from './proxiesOf.ts';

interface Surroundings {
  /** The workspace's own, by its id or name. */
  readonly network: string;
  readonly networks: readonly ManagedNetwork[];
}

/** Made for the same, and where it must be. */
export function isFit(proxy: ManagedProxy, { fingerprint }: ProxyPlan, around: Surroundings): boolean {
  return proxy.fingerprint === fingerprint && isBetween(proxy, around);
}

/** Between the workspace's own network and one that leads out, which it gets last. */
export function isBetween(proxy: ManagedProxy, { network, networks }: Surroundings): boolean {
  const own = networks.find(({ id, name }) => id === network || name === network);
  const joined = Object.keys(proxy.networks).map((name) => networks.find((each) => each.name === name));
  return (
    own !== undefined &&
    joined.includes(own) &&
    joined.some((each) => each?.isOutward) &&
    !joined.includes(undefined)
  );
}

/** Removes proxies, and the networks over which they reach out. */
export async function discard(
  engine: Pick<ContainerEngine, 'removeContainer' | 'removeNetwork'>,
  proxies: readonly ManagedProxy[],
  networks: readonly ManagedNetwork[],
): Promise<void> {
  await Promise.all(proxies.map(({ id }) => engine.removeContainer(id)));
  await Promise.all(networks.filter(({ isOutward }) => isOutward).map(({ id }) => engine.removeNetwork(id)));
}

/** The same of all proxies that there are beside a workspace. */
export async function discardAll(
  engine: Pick<ContainerEngine, 'listProxies' | 'listNetworks' | 'removeContainer' | 'removeNetwork'>,
  workspaceId: string,
): Promise<void> {
  const [found, networks] = await Promise.all([
    proxiesOf(engine, workspaceId),
    engine.listNetworks(workspaceId),
  ]);
  await discard(engine, found, networks);
}
