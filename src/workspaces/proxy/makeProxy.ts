import type { ContainerSpec } from '../../isolation/containerSpec.ts';
import { proxyHost } from '../../isolation/egress/proxyHost.ts';
import type { ProxyPlan } from '../../isolation/egress/proxyPlan.ts';
import { allEnded } from '../../shared/allEnded.ts';
import type { ManagedProxy } from '../engineContainers.ts';
import type { ManagedNetwork } from '../engineNetworks.ts';
import { discard, discardAll } from './proxySurroundings.ts';
import { requireProxyImage } from './requireProxyImage.ts';
import type { ProxyWork } from './workspaceProxies.ts';

/** What there is already, and the workspace's own network, by its id or name, which may be only being made. */
interface Around {
  readonly network: string | Promise<string>;
  readonly found: readonly ManagedProxy[];
  readonly networks: readonly ManagedNetwork[];
}

/**
 * Makes a proxy in place of those that there are, and gives the id of its container. It starts while its way out is still
 * being made, and so without one at first. Leaves none where it fails.
 */
export async function makeProxy(
  work: ProxyWork,
  { spec }: ProxyPlan,
  { network, found, networks }: Around,
): Promise<string> {
  const { engine, record, operation } = work;
  const { volumes } = await requireProxyImage(spec.image, engine, operation);
  const { withImageVolumes } = await import('../../isolation/egress/proxySpec.ts');
  const ofImage = withImageVolumes(spec, volumes);
  await discard(engine, found, networks);
  operation.check();
  const own = await network;
  try {
    return await make(work, ofImage, own);
  } catch (error) {
    await discardAll(engine, record.id);
    throw error;
  }
}

async function make(
  { engine, record, operation }: ProxyWork,
  spec: ContainerSpec,
  own: string,
): Promise<string> {
  const { buildOutwardNetworkSpec } = await import('../../isolation/egress/proxySpec.ts');
  const start = async () => {
    const made = await engine.createContainer(spec, own);
    operation.check();
    await engine.joinIsolated(own, made, proxyHost);
    operation.check();
    await engine.startContainer(made);
    return made;
  };
  const [outward, id] = await allEnded([engine.createNetwork(buildOutwardNetworkSpec(record)), start()]);
  operation.check();
  await engine.connectNetwork(outward, id);
  operation.check();
  return id;
}
