import * as l10n from '@vscode/l10n';
import type { NetworkSpec } from '../isolation/containerSpec.ts';
import { CordonError, hasCode } from '../shared/errors.ts';
import { SharedCalls } from '../shared/sharedCalls.ts';
import type { EngineFacts } from './engineFacts.ts';
import { isAsAsked, subnetsOf } from './networkAnswer.ts';
import { notSeparated, type NetworkCalls } from './networkCalls.ts';
import { networkOptions, type NetworkOptions } from './networkOptions.ts';
import { OwnSubnets, type NetworkAddresses } from './ownSubnets.ts';

/** Makes the networks of workspaces, and uses again what a workspace has. */
export class NetworkCreation {
  private readonly calls: NetworkCalls;
  private readonly facts: EngineFacts;
  private readonly subnets: OwnSubnets;

  constructor(calls: NetworkCalls, facts: EngineFacts, addresses: NetworkAddresses) {
    this.calls = calls;
    this.facts = facts;
    const all = new SharedCalls(() => calls.list({}));
    this.subnets = new OwnSubnets(addresses, async () => (await all.ask()).flatMap(subnetsOf));
  }

  async createNetwork(spec: NetworkSpec): Promise<string> {
    let id = '';
    for (const options of networkOptions(spec, this.facts)) id = await this.createOne(options, spec);
    return id;
  }

  private async createOne(options: NetworkOptions, spec: NetworkSpec): Promise<string> {
    try {
      return await this.make(options, spec);
    } catch (error) {
      const existing = hasCode(error, 'conflict') ? await this.calls.ownByName(options.Name, spec) : [];
      const [only, ...more] = existing;
      if (!only) throw error;
      // A network left by another mode of this workspace must not serve the new one, nor one that others have joined.
      if (more.length === 0 && isAsAsked(only, options) && (await this.isUnused(only.Id))) return only.Id;
      for (const { Id } of existing) await this.calls.remove(Id);
      return await this.make(options, spec);
    }
  }

  /**
   * Makes a network and looks whether it is what was asked for, for an engine may pass over words that it does not know,
   * and whether it is the only one of its name: an engine looks for the name only before it makes, and two windows may ask
   * at the same moment. The older one counts.
   */
  private async make(options: NetworkOptions, spec: NetworkSpec): Promise<string> {
    const id = await this.inSubnet(options);
    const [oldest] = await this.calls.ownByName(options.Name, spec);
    if (oldest?.Id === id && isAsAsked(oldest, options)) return id;
    await this.calls.remove(id);
    throw oldest && oldest.Id !== id ? madeElsewhere() : notSeparated();
  }

  private inSubnet(options: NetworkOptions): Promise<string> {
    if (options.IPAM) return this.calls.create(options);
    return this.subnets.use(options.Name, (Subnet) =>
      this.calls.create(Subnet === undefined ? options : { ...options, IPAM: { Config: [{ Subnet }] } }),
    );
  }

  /** The list does not say who has joined it. */
  private async isUnused(id: string): Promise<boolean> {
    const network = await this.calls.inspect(id);
    return network !== undefined && Object.keys(network.Containers ?? {}).length === 0;
  }
}

function madeElsewhere(): CordonError {
  return new CordonError(
    'conflict',
    l10n.t('Another window is just starting this workspace. Try again in a moment.'),
  );
}
