import * as z from 'zod/mini';
import type { NetworkFacts } from '../isolation/networkAudit.ts';
import { parseSubnet, type Subnet } from '../shared/subnet.ts';
import { answerNotUnderstood } from './engineErrors.ts';
import type { NetworkOptions } from './networkOptions.ts';

const network = z.object({
  Id: z.string(),
  Name: z.string(),
  Created: z._default(z.nullish(z.string()), ''),
  Driver: z.nullish(z.string()),
  Internal: z.nullish(z.boolean()),
  EnableIPv6: z.nullish(z.boolean()),
  IPAM: z.nullish(
    z.object({
      Config: z.nullish(z.array(z.object({ Gateway: z.nullish(z.string()), Subnet: z.nullish(z.string()) }))),
    }),
  ),
  Options: z.nullish(z.record(z.string(), z.unknown())),
  Labels: z.nullish(z.record(z.string(), z.unknown())),
  Containers: z.nullish(z.record(z.string(), z.unknown())),
});
const attached = z.object({
  NetworkSettings: z.object({
    Networks: z.nullish(z.record(z.string(), z.object({ NetworkID: z._default(z.nullish(z.string()), '') }))),
  }),
});

/** A network as an engine tells of it. */
export type Network = z.infer<typeof network>;

/** Reads an engine's list of networks. An entry that cannot be read is left out. */
export function networkList(answer: unknown): Network[] {
  if (!Array.isArray(answer)) throw answerNotUnderstood('networks');
  return answer.flatMap((entry: unknown) => network.safeParse(entry).data ?? []);
}

/** Reads an engine's answer about one network, the only one that says which containers have joined it. */
export function oneNetwork(answer: unknown): Network {
  const parsed = network.safeParse(answer);
  if (!parsed.success) throw answerNotUnderstood('network', parsed.error);
  return parsed.data;
}

/** The networks of a container, by what an engine tells of that: ids, or names where it tells no id. */
export function networksOfContainer(answer: unknown): string[] {
  const parsed = attached.safeParse(answer);
  if (!parsed.success) throw answerNotUnderstood('container', parsed.error);
  return Object.entries(parsed.data.NetworkSettings.Networks ?? {})
    .filter(([name]) => name !== 'none')
    .map(([name, { NetworkID }]) => (typeof NetworkID === 'string' && NetworkID !== '' ? NetworkID : name));
}

/** What the isolation report looks at. */
export function networkFacts({ Name, Driver, Internal, EnableIPv6, IPAM }: Network): NetworkFacts {
  return {
    name: Name,
    driver: Driver ?? '',
    internal: Internal ?? false,
    ipv6: EnableIPv6 ?? true,
    // Written with the length of the prefix by some engines.
    gateways: (IPAM?.Config ?? []).flatMap(({ Gateway }) => (Gateway ? Gateway.split('/', 1) : [])),
  };
}

/** Of every driver, foreign networks included: no address may mean two things. */
export function subnetsOf({ IPAM }: Network): readonly Subnet[] {
  return (IPAM?.Config ?? []).flatMap(({ Subnet }) => parseSubnet(Subnet ?? '') ?? []);
}

/** Whether a network is what an engine was asked to make; it may pass over words that it does not know. */
export function isAsAsked(made: Network, { Driver, Internal, EnableIPv6, Options }: NetworkOptions): boolean {
  return (
    made.Driver === Driver &&
    made.Internal === Internal &&
    made.EnableIPv6 === EnableIPv6 &&
    Object.entries(Options).every(([name, value]) => made.Options?.[name] === value)
  );
}
