import { createHash } from 'node:crypto';
import type { NetworkSpec } from '../isolation/containerSpec.ts';
import { apiAtLeast, type EngineFacts } from './engineFacts.ts';

/** What one network is asked to be. */
export interface NetworkOptions {
  readonly Name: string;
  readonly Driver: 'bridge' | 'macvlan';
  readonly Internal: boolean;
  readonly EnableIPv6: false;
  readonly Attachable: false;
  readonly Labels: Readonly<Record<string, string>>;
  readonly Options: Readonly<Record<string, string>>;
  readonly IPAM?: { readonly Config: readonly { readonly Subnet: string }[] };
  readonly CheckDuplicate?: boolean;
}

/**
 * What the engine is asked to make, word for word and in this order, for a workspace's own network. The container
 * joins the last one; its subnet is chosen when it is made, out of what is free then.
 *
 * A bridge has the host at its other end, internal or not, with an address or without: a process that ties its socket
 * to the interface can send to every address of the host, which takes in what arrives. So an isolated workspace gets a
 * macvlan, whose other end is an empty bridge: what a macvlan sends never comes up in the host below it.
 */
export function networkOptions(
  spec: NetworkSpec,
  facts: EngineFacts,
): readonly [NetworkOptions, ...NetworkOptions[]] {
  const common = {
    EnableIPv6: false,
    Attachable: false,
    Labels: { ...spec.labels },
    // From 1.44 on names are unique anyway, and the word is gone from the API.
    ...(apiAtLeast(facts.info.apiVersion, '1.44') ? {} : { CheckDuplicate: true }),
  } as const;
  if (!spec.isolated) {
    return [{ ...common, Name: spec.name, Driver: 'bridge', Internal: false, Options: { ...apart } }];
  }
  const parent = interfaceName(spec);
  return [
    {
      ...common,
      Name: endName(spec.name),
      Driver: 'bridge',
      Internal: true,
      Options: { ...apart, [`${bridge}.inhibit_ipv4`]: 'true', [`${bridge}.name`]: parent },
      IPAM: { Config: [{ Subnet: unusedSubnet(spec) }] },
    },
    { ...common, Name: spec.name, Driver: 'macvlan', Internal: true, Options: { parent } },
  ];
}

/** The name of the empty bridge below an isolated network. */
export function endName(name: string): string {
  return `${name}-end`;
}

const bridge = 'com.docker.network.bridge';
const apart = { [`${bridge}.enable_icc`]: 'false' };

/** The name of the empty bridge in the host, 15 characters, the longest that a kernel takes. */
function interfaceName(spec: NetworkSpec): string {
  return `cordon${digest(spec).toString('hex').slice(0, 9)}`;
}

/** Nothing ever has an address in the empty bridge. One of the reserved 240.0.0.0/4 keeps the engine's ranges free. */
function unusedSubnet(spec: NetworkSpec): string {
  const [a = 0, b = 0, c = 0, d = 0] = digest(spec).subarray(8);
  return `${240 + (a % 15)}.${b}.${c}.${d & 0xfc}/30`;
}

function digest({ workspaceId }: NetworkSpec): Buffer {
  return createHash('sha256').update(workspaceId).digest();
}
