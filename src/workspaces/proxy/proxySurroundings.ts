import type { ProxyPlan } from '../../isolation/egress/proxyPlan.ts';
import type { ContainerEngine, ManagedNetwork, ManagedProxy } from '../containerEngine.ts';

/** Made for the same, and between the workspace's own network, by its id or name, and one that leads out. */
export function isFit(
  proxy: ManagedProxy,
  { fingerprint }: ProxyPlan,
  { network, networks }: { network: string; networks: readonly ManagedNetwork[] },
): boolean {
  const own = networks.find(({ id, name }) => id === network || name === network);
  const joined = Object.keys(proxy.networks).map((name) => networks.find((each) => each.name === name));
  return (
    proxy.fingerprint === fingerprint &&
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
