import type { ProxyFacts } from '../../isolation/egress/proxyAudit.ts';
import type { ProxyPlan } from '../../isolation/egress/proxyPlan.ts';
import type { ContainerEngine } from '../containerEngine.ts';
import { proxiesOf } from './proxiesOf.ts';

/** What the engine has of the proxy of a workspace, beside what it must be. */
export async function proxyFacts(
  engine: Pick<ContainerEngine, 'listProxies' | 'findNetworks' | 'inspectContainer' | 'inspectImage'>,
  workspaceId: string,
  { spec, allowed }: Pick<ProxyPlan, 'spec' | 'allowed'>,
): Promise<ProxyFacts> {
  const [found, networks] = await Promise.all([
    proxiesOf(engine, workspaceId),
    engine.findNetworks(workspaceId),
  ]);
  const proxy = found.find(({ state }) => state.kind === 'running') ?? found[0];
  const container = proxy && (await engine.inspectContainer(proxy.id));
  // by its id where that is told: the name may stand for another one by now
  const image = container && (await engine.inspectImage(container.imageId || spec.image));
  const { withImageVolumes } = await import('../../isolation/egress/proxySpec.ts');
  const inner = networks.filter(({ driver }) => driver === 'macvlan').map(({ name }) => name);
  const address = inner.map((name) => proxy?.networks[name]).find(Boolean);
  return {
    ...{ spec: withImageVolumes(spec, image?.volumes ?? []), container, networks },
    ...(address !== undefined && container?.running && { address }),
    ...(allowed !== undefined && { allowed }),
  };
}
