import type { ContainerFacts } from '../isolation/isolationReport.ts';
import type { ContainerEngine } from './containerEngine.ts';
import type { ManagedNetwork } from './engineNetworks.ts';

/** The network with which a container was made for its workspace; a workspace may have others, which it never joins. */
export async function ownNetwork(
  engine: Pick<ContainerEngine, 'listNetworks'>,
  workspaceId: string,
  { networkMode }: Pick<ContainerFacts, 'networkMode'>,
): Promise<ManagedNetwork | undefined> {
  return (await engine.listNetworks(workspaceId)).find(
    ({ id, name }) => id === networkMode || name === networkMode,
  );
}
