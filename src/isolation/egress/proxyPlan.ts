import type { ContainerSpec } from '../containerSpec.ts';
import { labels } from '../labels.ts';
import { rulesOf, type EgressPolicy } from './egressPolicy.ts';
import { ownDestinations } from './ownDestinations.ts';
import { plainlyAllowed } from './plainlyAllowed.ts';
import { buildProxySpec, type ProxyRequest } from './proxySpec.ts';
import { squidConfiguration } from './squidConfiguration.ts';

/** What a proxy must be. */
export interface ProxyPlan {
  readonly spec: ContainerSpec;
  readonly fingerprint: string;
  /** What it lets through, in its own words. */
  readonly configuration: string;
  /** A name that it must let through; missing where its rules allow none by the name alone. */
  readonly allowed?: string;
}

/**
 * Says what the proxy of a policy must be, on a machine with these addresses. Throws `invalidRequest` where a rule of it
 * cannot be used.
 */
export function planProxy(
  request: Omit<ProxyRequest, 'configuration'>,
  policy: EgressPolicy,
  hostAddresses: readonly string[],
): ProxyPlan {
  const rules = rulesOf(policy);
  const configuration = squidConfiguration(rules, { ownDestinations: ownDestinations(hostAddresses) });
  const spec = buildProxySpec({ ...request, configuration });
  const allowed = plainlyAllowed(rules);
  return {
    ...{ spec, fingerprint: spec.labels[labels.spec] ?? '', configuration },
    ...(allowed !== undefined && { allowed }),
  };
}

/** What a proxy lets through while it is learned what a workspace needs: whatever no rule of the policy denies. */
export function learningConfiguration(policy: EgressPolicy, hostAddresses: readonly string[]): string {
  return squidConfiguration(rulesOf(policy), {
    allowsEveryName: true,
    ownDestinations: ownDestinations(hostAddresses),
  });
}
