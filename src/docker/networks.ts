import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import type { NetworkSpec } from '../isolation/containerSpec.ts';
import { labels } from '../isolation/labels.ts';
import type { NetworkFacts } from '../isolation/networkAudit.ts';
import { allEnded } from '../shared/allEnded.ts';
import { CordonError, hasCode } from '../shared/errors.ts';
import { SharedCalls } from '../shared/sharedCalls.ts';
import type { EngineNetworks, ManagedNetwork } from '../workspaces/containerEngine.ts';
import type { EngineApi } from './engineApi.ts';
import { answerNotUnderstood, refusalText, unlessGone, unlessSaying } from './engineErrors.ts';
import type { EngineFacts } from './engineFacts.ts';
import { secondsOf } from './engineTime.ts';
import {
  isAsAsked,
  networkFacts,
  networkList,
  networksOfContainer,
  oneNetwork,
  subnetsOf,
  type Network,
} from './networkAnswer.ts';
import { isProxy } from './managedContainers.ts';
import { endName, networkOptions, type NetworkOptions } from './networkOptions.ts';
import { OwnSubnets, type NetworkAddresses } from './ownSubnets.ts';

const created = z.object({ Id: z.string() });

/** The networks of one engine. Only those that carry our labels are ever used again or removed. */
export class Networks implements EngineNetworks {
  private readonly api: EngineApi;
  private readonly facts: EngineFacts;
  private readonly subnets: OwnSubnets;

  constructor(api: EngineApi, facts: EngineFacts, addresses: NetworkAddresses) {
    this.api = api;
    this.facts = facts;
    const all = new SharedCalls(() => this.list({}));
    this.subnets = new OwnSubnets(addresses, async () => (await all.ask()).flatMap(subnetsOf));
  }

  async createNetwork(spec: NetworkSpec): Promise<string> {
    let id = '';
    for (const options of networkOptions(spec, this.facts)) id = await this.createOne(options, spec);
    return id;
  }

  async listNetworks(workspaceId?: string): Promise<readonly ManagedNetwork[]> {
    return (await this.listOurs(workspaceId)).flatMap(({ Id, Name, Created, Labels }) => {
      const of = Labels?.[labels.workspaceId];
      if (typeof of !== 'string' || of === '') return [];
      const createdAtSeconds = secondsOf(Created ?? '');
      return [{ id: Id, workspaceId: of, name: Name, isOutward: isProxy(Labels), createdAtSeconds }];
    });
  }

  async findNetworks(workspaceId: string): Promise<readonly NetworkFacts[]> {
    return (await this.listOurs(workspaceId)).map(networkFacts);
  }

  async removeNetwork(id: string): Promise<void> {
    const network = await this.inspect(id);
    if (network?.Labels?.[labels.managed] !== 'true') return;
    for (const containerId of Object.keys(network.Containers ?? {})) await this.disconnect(id, containerId);
    await this.api.json({ method: 'DELETE', path: ['networks', id] }).catch(unlessGone);
  }

  connectNetwork(networkId: string, containerId: string): Promise<void> {
    return this.connect(networkId, containerId);
  }

  /**
   * The empty bridge below a macvlan has no carrier, and so nothing on it has one: what joins the bridge, too, gives it to
   * all of them. What a macvlan sends still does not come up in the host.
   */
  async joinIsolated(network: string, containerId: string, alias: string): Promise<void> {
    const { Name, Labels } = (await this.inspect(network)) ?? {};
    const workspaceId = Labels?.[labels.workspaceId];
    if (Name === undefined || typeof workspaceId !== 'string') throw networkGone();
    const [end] = await this.ownByName(endName(Name), { workspaceId });
    if (!end) throw networkGone();
    await this.connect(network, containerId, { Aliases: [alias] });
    await this.connect(end.Id, containerId);
  }

  private async connect(networkId: string, containerId: string, EndpointConfig?: object): Promise<void> {
    await this.api
      .json({
        method: 'POST',
        path: ['networks', networkId, 'connect'],
        body: {
          Container: containerId,
          ...(EndpointConfig && { EndpointConfig }),
        },
      })
      .catch(unlessSaying(/already (?:exists in|connected|attached)/i));
  }

  async disconnectNetwork(containerId: string, networkId?: string): Promise<void> {
    const ids = networkId === undefined ? await this.networksOf(containerId) : [networkId];
    await allEnded(ids.map((id) => this.disconnect(id, containerId)));
  }

  private async networksOf(containerId: string): Promise<string[]> {
    const answer = await this.api
      .json({ method: 'GET', path: ['containers', containerId, 'json'] })
      .catch(unlessGone);
    return answer === undefined ? [] : networksOfContainer(answer);
  }

  private async createOne(options: NetworkOptions, spec: NetworkSpec): Promise<string> {
    try {
      return await this.make(options, spec);
    } catch (error) {
      const existing = hasCode(error, 'conflict') ? await this.ownByName(options.Name, spec) : [];
      const [only, ...more] = existing;
      if (!only) throw error;
      // A network left by another mode of this workspace must not serve the new one, nor one that others have joined.
      if (more.length === 0 && isAsAsked(only, options) && (await this.isUnused(only.Id))) return only.Id;
      for (const { Id } of existing) await this.removeNetwork(Id);
      return await this.make(options, spec);
    }
  }

  /**
   * Makes a network and looks whether it is what was asked for, for an engine may pass over words that it does not know,
   * and whether it is the only one of its name: an engine looks for the name only before it makes, and two windows may ask
   * at the same moment. The older one counts.
   */
  private async make(options: NetworkOptions, spec: NetworkSpec): Promise<string> {
    const id = await this.create(options);
    const [oldest] = await this.ownByName(options.Name, spec);
    if (oldest?.Id === id && isAsAsked(oldest, options)) return id;
    await this.removeNetwork(id);
    throw oldest && oldest.Id !== id ? madeElsewhere() : notSeparated();
  }

  private create(options: NetworkOptions): Promise<string> {
    if (options.IPAM) return this.request(options);
    return this.subnets.use(options.Name, (Subnet) =>
      this.request(Subnet === undefined ? options : { ...options, IPAM: { Config: [{ Subnet }] } }),
    );
  }

  private async request(options: NetworkOptions): Promise<string> {
    const answer = await this.api
      .json({
        method: 'POST',
        path: ['networks', 'create'],
        body: { ...options },
        about: { name: options.Name },
      })
      .catch((error: unknown) => {
        throw options.Driver === 'macvlan' && isUnableToMake(error) ? notSeparated(error) : error;
      });
    const parsed = created.safeParse(answer);
    if (!parsed.success) throw answerNotUnderstood('networks/create', parsed.error);
    return parsed.data.Id;
  }

  /** The oldest first; windows that look at the same time find the same order. */
  private async ownByName(
    name: string,
    { workspaceId }: Pick<NetworkSpec, 'workspaceId'>,
  ): Promise<readonly Network[]> {
    const key = ({ Created, Id }: Network) => `${Created ?? ''} ${Id}`;
    return (await this.listOurs(workspaceId))
      .filter(({ Name }) => Name === name)
      .sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  /** The list does not say who has joined it. */
  private async isUnused(id: string): Promise<boolean> {
    const network = await this.inspect(id);
    return network !== undefined && Object.keys(network.Containers ?? {}).length === 0;
  }

  /** An engine may pass over the filter. */
  private async listOurs(workspaceId?: string): Promise<Network[]> {
    const ofOne = workspaceId === undefined ? [] : [`${labels.workspaceId}=${workspaceId}`];
    const listed = await this.list({ label: [`${labels.managed}=true`, ...ofOne] });
    return listed.filter(
      ({ Labels }) =>
        Labels?.[labels.managed] === 'true' &&
        (workspaceId === undefined || Labels[labels.workspaceId] === workspaceId),
    );
  }

  private async list(filters: object): Promise<Network[]> {
    return networkList(await this.api.json({ method: 'GET', path: ['networks'], query: { filters } }));
  }

  private async inspect(id: string): Promise<Network | undefined> {
    const answer = await this.api.json({ method: 'GET', path: ['networks', id] }).catch(unlessGone);
    return answer === undefined ? undefined : oneNetwork(answer);
  }

  private async disconnect(id: string, containerId: string): Promise<void> {
    await this.api
      .json({
        method: 'POST',
        path: ['networks', id, 'disconnect'],
        body: { Container: containerId, Force: true },
      })
      .catch(unlessSaying(/is not connected to/i))
      .catch(unlessGone);
  }
}

/** No driver of that name, or a kernel without it. */
function isUnableToMake(error: unknown): boolean {
  return /not supported|not found|not permitted|unknown|does not exist|macvlan/i.test(refusalText(error));
}

function networkGone(): CordonError {
  return new CordonError(
    'conflict',
    l10n.t('The network of the workspace is gone. Start the workspace again.'),
  );
}

function madeElsewhere(): CordonError {
  return new CordonError(
    'conflict',
    l10n.t('Another window is just starting this workspace. Try again in a moment.'),
  );
}

function notSeparated(cause?: unknown): CordonError {
  return new CordonError(
    'isolationNotHeld',
    l10n.t('This engine cannot keep the network of the workspace apart. Choose the network "none".'),
    cause,
  );
}
