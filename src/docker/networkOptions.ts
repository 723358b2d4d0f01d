import type { NetworkSpec } from '../isolation/containerSpec.ts';
import { apiAtLeast, type EngineFacts } from './engineFacts.ts';

/** What the engine is asked to make, word for word, for a workspace's own network. The engine chooses the subnet. */
export function networkOptions(spec: NetworkSpec, facts: EngineFacts) {
  const { apiVersion } = facts.info;
  return {
    Name: spec.name,
    Driver: 'bridge',
    Internal: spec.isolated,
    EnableIPv6: false,
    Attachable: false,
    Labels: { ...spec.labels },
    Options: {
      'com.docker.network.bridge.enable_icc': 'false',
      ...(spec.isolated ? withoutGateway(apiVersion) : {}),
    },
    // From 1.44 on names are unique anyway, and the word is gone from the API.
    ...(apiAtLeast(apiVersion, '1.44') ? {} : { CheckDuplicate: true }),
  };
}

/** An internal bridge still carries an address of the host, which makes the host's servers reachable: take it away. */
function withoutGateway(apiVersion: string): Record<string, string> {
  return apiAtLeast(apiVersion, '1.48')
    ? { 'com.docker.network.bridge.gateway_mode_ipv4': 'isolated' }
    : { 'com.docker.network.bridge.inhibit_ipv4': 'true' };
}
