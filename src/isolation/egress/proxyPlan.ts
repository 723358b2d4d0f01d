import type { ContainerSpec } from '../containerSpec.ts';
import { labels } from '../labels.ts';
import { rulesOf, type EgressPolicy } from './egressPolicy.ts';
import { buildProxySpec, type ProxyRequest } from './proxySpec.ts';
import { squidConfiguration } from './squidConfiguration.ts';

/** What a proxy must be. */
export interface ProxyPlan {
  readonly spec: ContainerSpec;
  readonly fingerprint: string;
  /** What it lets through, in its own words. */
  readonly configuration: string;
}

/** Says what the proxy of a policy must be. Throws `invalidRequest` where a rule of it cannot be used. */
export function planProxy(request: Omit<ProxyRequest, 'configuration'>, policy: EgressPolicy): ProxyPlan {
  const configuration = squidConfiguration(rulesOf(policy));
  const spec = buildProxySpec({ ...request, configuration });
  return { spec, fingerprint: spec.labels[labels.spec] ?? '', configuration };
}

/** What a proxy lets through while it is learned what a workspace needs: whatever no rule of the policy denies. */
export function learningConfiguration(policy: EgressPolicy): string {
  return squidConfiguration(rulesOf(policy), { allowsEveryName: true });
}
