import type { EgressRule } from './egressRule.ts';

/** Plain HTTP, by which it can be asked whether a name is let through. */
const plainPort = 80;

/**
 * The first name that rules let through by plain HTTP whatever is asked of it: no pattern, and none that any rule denies,
 * were it only in part. `undefined` where there is none.
 */
export function plainlyAllowed(rules: readonly EgressRule[]): string | undefined {
  const denied = rules.filter(({ verdict }) => verdict === 'deny');
  return rules.find((rule) => isPlain(rule) && !denied.some(({ host }) => covers(host, rule.host)))?.host;
}

function isPlain({ verdict, host, port = plainPort, method, pathPrefix }: EgressRule): boolean {
  const isUnlimited = port === plainPort && method === undefined && pathPrefix === undefined;
  return verdict === 'allow' && !host.startsWith('*.') && isUnlimited;
}

function covers(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : pattern === host;
}
