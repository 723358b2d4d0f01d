import * as l10n from '@vscode/l10n';
import type { NetworkSpec } from '../isolation/containerSpec.ts';
import { labels } from '../isolation/labels.ts';
import { CordonError } from '../shared/errors.ts';
import { createdId } from './createdId.ts';
import type { EngineApi } from './engineApi.ts';
import { refusalText, unlessGone, unlessSaying } from './engineErrors.ts';
import { networkList, networksOfContainer, oneNetwork, type Network } from './networkAnswer.ts';
import type { NetworkOptions } from './networkOptions.ts';

/** What an engine is asked about networks, one request each or nearly so. */
export class NetworkCalls {
  private readonly api: EngineApi;

  constructor(api: EngineApi) {
    this.api = api;
  }

  async list(filters: object): Promise<Network[]> {
    return networkList(await this.api.json({ method: 'GET', path: ['networks'], query: { filters } }));
  }

  /** Those of one workspace, or all of ours. */
  async listOurs(workspaceId?: string): Promise<Network[]> {
    const ofOne = workspaceId === undefined ? [] : [`${labels.workspaceId}=${workspaceId}`];
    // an engine may pass over the filter
    const listed = await this.list({ label: [`${labels.managed}=true`, ...ofOne] });
    return listed.filter(
      ({ Labels }) =>
        Labels?.[labels.managed] === 'true' &&
        (workspaceId === undefined || Labels[labels.workspaceId] === workspaceId),
    );
  }

  /** The oldest first; windows that look at the same time find the same order. */
  async ownByName(
    name: string,
    { workspaceId }: Pick<NetworkSpec, 'workspaceId'>,
  ): Promise<readonly Network[]> {
    const key = ({ Created, Id }: Network) => `${Created ?? ''} ${Id}`;
    return (await this.listOurs(workspaceId))
      .filter(({ Name }) => Name === name)
      .sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  /** `undefined` when it is gone. */
  async inspect(id: string): Promise<Network | undefined> {
    const answer = await this.api.json({ method: 'GET', path: ['networks', id] }).catch(unlessGone);
    return answer === undefined ? undefined : oneNetwork(answer);
  }

  /** The networks of a container, by ids or names; none where it is gone. */
  async ofContainer(containerId: string): Promise<string[]> {
    const answer = await this.api
      .json({ method: 'GET', path: ['containers', containerId, 'json'] })
      .catch(unlessGone);
    return answer === undefined ? [] : networksOfContainer(answer);
  }

  async create(options: NetworkOptions): Promise<string> {
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
    return createdId(answer, 'networks/create');
  }

  async connect(networkId: string, containerId: string, EndpointConfig?: object): Promise<void> {
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

  async disconnect(id: string, containerId: string): Promise<void> {
    await this.api
      .json({
        method: 'POST',
        path: ['networks', id, 'disconnect'],
        body: { Container: containerId, Force: true },
      })
      .catch(unlessSaying(/is not connected to/i))
      .catch(unlessGone);
  }

  /** Only what carries our labels; success when it is gone already. */
  async remove(id: string): Promise<void> {
    const network = await this.inspect(id);
    if (network?.Labels?.[labels.managed] !== 'true') return;
    for (const containerId of Object.keys(network.Containers ?? {})) await this.disconnect(id, containerId);
    await this.api.json({ method: 'DELETE', path: ['networks', id] }).catch(unlessGone);
  }
}

/** No driver of that name, or a kernel without it. */
function isUnableToMake(error: unknown): boolean {
  return /not supported|not found|not permitted|unknown|does not exist|macvlan/i.test(refusalText(error));
}

/** The engine gives less than what the network is for. */
export function notSeparated(cause?: unknown): CordonError {
  return new CordonError(
    'isolationNotHeld',
    l10n.t('This engine cannot keep the network of the workspace apart. Choose the network "none".'),
    cause,
  );
}
