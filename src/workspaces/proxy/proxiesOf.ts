import type { ContainerEngine } from '../containerEngine.ts';
import type { ManagedProxy } from '../engineContainers.ts';

/** The proxies of a workspace, or what is left of them; one as a rule. */
export async function proxiesOf(
  engine: Pick<ContainerEngine, 'listProxies'>,
  workspaceId: string,
): Promise<readonly ManagedProxy[]> {
  return (await engine.listProxies()).filter((proxy) => proxy.workspaceId === workspaceId);
}
