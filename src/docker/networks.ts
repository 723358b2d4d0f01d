import * as z from 'zod/mini';
import type { NetworkSpec } from '../isolation/containerSpec.ts';
import { labels } from '../isolation/labels.ts';
import type { EngineNetworks, ManagedNetwork } from '../workspaces/containerEngine.ts';
import type { EngineApi } from './engineApi.ts';
import { answerNotUnderstood, refusalStatus } from './engineErrors.ts';
import type { EngineFacts } from './engineFacts.ts';
import { networkOptions } from './networkOptions.ts';

const created = z.object({ Id: z.string() });
const listEntry = z.object({
  Id: z.string(),
  Name: z.string(),
  Created: z._default(z.nullish(z.string()), ''),
  Internal: z._default(z.nullish(z.boolean()), false),
  Options: z.nullish(z.record(z.string(), z.unknown())),
  Labels: z.nullish(z.record(z.string(), z.unknown())),
  Containers: z.nullish(z.record(z.string(), z.unknown())),
});
type Network = z.infer<typeof listEntry>;

/** The networks of one engine. Only those that carry our labels are ever used again or removed. */
export class Networks implements EngineNetworks {
  private readonly api: EngineApi;
  private readonly facts: EngineFacts;

  constructor(api: EngineApi, facts: EngineFacts) {
    this.api = api;
    this.facts = facts;
  }

  async createNetwork(spec: NetworkSpec): Promise<string> {
    try {
      return await this.create(spec);
    } catch (error) {
      const existing = refusalStatus(error) === 409 ? await this.ownByName(spec) : undefined;
      if (!existing) throw error;
      if (this.isAsAsked(existing, spec)) return existing.Id;
      await this.removeNetwork(existing.Id);
      return this.create(spec);
    }
  }

  async listNetworks(): Promise<readonly ManagedNetwork[]> {
    const networks = await this.list({ label: [`${labels.managed}=true`] });
    return networks.flatMap(({ Id, Name, Created, Labels }) => {
      const workspaceId = Labels?.[labels.workspaceId];
      if (typeof workspaceId !== 'string' || workspaceId === '') return [];
      return [{ id: Id, workspaceId, name: Name, createdAtSeconds: secondsOf(Created ?? '') }];
    });
  }

  async removeNetwork(id: string): Promise<void> {
    const network = await this.inspect(id);
    if (network?.Labels?.[labels.managed] !== 'true') return;
    for (const containerId of Object.keys(network.Containers ?? {})) await this.disconnect(id, containerId);
    await this.api.json({ method: 'DELETE', path: ['networks', id] }).catch(unlessGone);
  }

  private async create(spec: NetworkSpec): Promise<string> {
    const answer = await this.api.json({
      method: 'POST',
      path: ['networks', 'create'],
      body: networkOptions(spec, this.facts),
      about: { name: spec.name },
    });
    const parsed = created.safeParse(answer);
    if (!parsed.success) throw answerNotUnderstood('networks/create', parsed.error);
    return parsed.data.Id;
  }

  private async ownByName(spec: NetworkSpec): Promise<Network | undefined> {
    const label = [`${labels.managed}=true`, `${labels.workspaceId}=${spec.workspaceId}`];
    return (await this.list({ label })).find(({ Name }) => Name === spec.name);
  }

  /** A network left by another mode of this workspace must not serve the new one. */
  private isAsAsked(network: Network, spec: NetworkSpec): boolean {
    const { Options } = networkOptions(spec, this.facts);
    return (
      network.Internal === spec.isolated &&
      Object.entries(Options).every(([name, value]) => network.Options?.[name] === value)
    );
  }

  private async list(filters: object): Promise<Network[]> {
    const answer = await this.api.json({ method: 'GET', path: ['networks'], query: { filters } });
    if (!Array.isArray(answer)) throw answerNotUnderstood('networks');
    return answer.flatMap((entry: unknown) => listEntry.safeParse(entry).data ?? []);
  }

  private async inspect(id: string): Promise<Network | undefined> {
    const answer = await this.api.json({ method: 'GET', path: ['networks', id] }).catch(unlessGone);
    if (answer === undefined) return undefined;
    const parsed = listEntry.safeParse(answer);
    if (!parsed.success) throw answerNotUnderstood('network', parsed.error);
    return parsed.data;
  }

  private async disconnect(id: string, containerId: string): Promise<void> {
    await this.api
      .json({
        method: 'POST',
        path: ['networks', id, 'disconnect'],
        body: { Container: containerId, Force: true },
      })
      .catch(unlessGone);
  }
}

function unlessGone(error: unknown): undefined {
  if (refusalStatus(error) !== 404) throw error;
  return undefined;
}

/** 0 for a time that cannot be read: as old as can be. */
function secondsOf(time: string): number {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? 0 : Math.floor(ms / 1000);
}
