import { getDomain } from 'tldts';
import type { EgressTry } from './accessLine.ts';
import type { EgressRule } from './egressRule.ts';
import { ruleFor } from './ruleFor.ts';
import { isSharedName } from './sharedName.ts';

/** A rule that is proposed, and the names that it is for. */
export interface LearnedRule {
  /** As a person writes it. */
  readonly rule: string;
  readonly names: readonly string[];
}

/** A name that was reached, the port there, and how. */
export type ReachedName = Pick<EgressTry, 'host' | 'port' | 'method'>;

/** So many names of one domain are told by one rule. */
const fewestOfDomain = 4;

/**
 * The rules with which a workspace reaches again what it reached, as few as there can be without a rule that is about
 * names of more than one owner: a domain below which many names were reached has one rule for all of them. Addresses are
 * left out, for no rule is about them, and so is what the rules of now allow.
 */
export function learnedRules(
  reached: readonly ReachedName[],
  current: readonly EgressRule[],
): readonly LearnedRule[] {
  const groups = new Map<string, { domain: string; suffix: string; hosts: Set<string> }>();
  for (const name of reached) {
    const [rule, domain] = [ruleFor(name), getDomain(name.host, { allowPrivateDomains: true })];
    if (rule === undefined || !domain || current.some((each) => allows(each, name))) continue;
    // the port, where the rule names one
    const suffix = rule.slice(name.host.length);
    const group = groups.get(domain + suffix) ?? { domain, suffix, hosts: new Set() };
    group.hosts.add(name.host);
    groups.set(domain + suffix, group);
  }
  const learned = [...groups.values()].flatMap(({ domain, suffix, hosts }) => {
    const below = [...hosts].filter((host) => host !== domain);
    const single = (host: string) => ({ rule: `${host}${suffix}`, names: [host] });
    if (below.length < fewestOfDomain || isSharedName(domain)) return [...hosts].map(single);
    return [
      { rule: `*.${domain}${suffix}`, names: below.sort() },
      ...[...hosts].filter((host) => host === domain).map(single),
    ];
  });
  return learned.sort((a, b) => (a.rule < b.rule ? -1 : 1));
}

/** Whether a rule lets all such requests through. */
function allows({ verdict, host, port, method, pathPrefix }: EgressRule, name: ReachedName): boolean {
  const isPlainOnly = method !== undefined || pathPrefix !== undefined;
  const isSameHost = host.startsWith('*.') ? name.host.endsWith(host.slice(1)) : name.host === host;
  const isSamePort = port === undefined ? ruleFor(name) === name.host : port === name.port;
  return verdict === 'allow' && !isPlainOnly && isSamePort && isSameHost;
}
