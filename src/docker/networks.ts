import * as l10n from '@vscode/l10n';
import type { NetworkSpec } from '../isolation/containerSpec.ts';
import { labels } from '../isolation/labels.ts';
import type { NetworkFacts } from '../isolation/networkAudit.ts';
import { allEnded } from '../shared/allEnded.ts';
import { CordonError } from '../shared/errors.ts';
import type { EngineNetworks, ManagedNetwork } from '../workspaces/engineNetworks.ts';
import type { EngineApi } from './engineApi.ts';
import type { EngineFacts } from './engineFacts.ts';
import { secondsOf } from './engineTime.ts';
import { isProxy } from './managedContainers.ts';
import { networkFacts } from './networkAnswer.ts';
import { NetworkCalls } from './networkCalls.ts';
import { NetworkCreation } from './networkCreation.ts';
import { endName } from './networkOptions.ts';
import type { NetworkAddresses } from './ownSubnets.ts';

/** The networks of one engine. Only those that carry our labels are ever used again or removed. */
export class Networks implements EngineNetworks {
  private readonly calls: NetworkCalls;
  private readonly creation: NetworkCreation;

  constructor(api: EngineApi, facts: EngineFacts, addresses: NetworkAddresses) {
    this.calls = new NetworkCalls(api);
    this.creation = new NetworkCreation(this.calls, facts, addresses);
  }

  createNetwork(spec: NetworkSpec): Promise<string> {
    return this.creation.createNetwork(spec);
  }

  async listNetworks(workspaceId?: string): Promise<readonly ManagedNetwork[]> {
    return (await this.calls.listOurs(workspaceId)).flatMap(({ Id, Name, Created, Labels }) => {
      const of = Labels?.[labels.workspaceId];
      if (typeof of !== 'string' || of === '') return [];
      const createdAtSeconds = secondsOf(Created ?? '');
      return [{ id: Id, workspaceId: of, name: Name, isOutward: isProxy(Labels), createdAtSeconds }];
    });
  }

  async findNetworks(workspaceId: string): Promise<readonly NetworkFacts[]> {
    return (await this.calls.listOurs(workspaceId)).map(networkFacts);
  }

  removeNetwork(id: string): Promise<void> {
    return this.calls.remove(id);
  }

  connectNetwork(networkId: string, containerId: string): Promise<void> {
    return this.calls.connect(networkId, containerId);
  }

  /**
   * The empty bridge below a macvlan has no carrier, and so nothing on it has one: what joins the bridge, too, gives it to
   * all of them. What a macvlan sends still does not come up in the host.
   */
  async joinIsolated(network: string, containerId: string, alias: string): Promise<void> {
    const { Name, Labels } = (await this.calls.inspect(network)) ?? {};
    const workspaceId = Labels?.[labels.workspaceId];
    if (Name === undefined || typeof workspaceId !== 'string') throw networkGone();
    const [end] = await this.calls.ownByName(endName(Name), { workspaceId });
    if (!end) throw networkGone();
    await this.calls.connect(network, containerId, { Aliases: [alias] });
    await this.calls.connect(end.Id, containerId);
  }

  async disconnectNetwork(containerId: string, networkId?: string): Promise<void> {
    const ids = networkId === undefined ? await this.calls.ofContainer(containerId) : [networkId];
    await allEnded(ids.map((id) => this.calls.disconnect(id, containerId)));
  }
}

function networkGone(): CordonError {
  return new CordonError(
    'conflict',
    l10n.t('The network of the workspace is gone. Start the workspace again.'),
  );
}
