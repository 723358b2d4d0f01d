import { getDomain } from 'tldts';
import type { EgressRule } from './egressRule.ts';

/** A rule that is proposed, and the names that it is for. */
export interface LearnedRule {
  /** As a person writes it. */
  readonly rule: string;
  readonly names: readonly string[];
}

/** A name that was reached, and the port there. */
export interface ReachedName {
  readonly host: string;
  readonly port: number;
}

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
  const missing = reached.filter(
    (name) => domainOf(name.host) !== undefined && !current.some((rule) => allows(rule, name)),
  );
  const groups = new Map<string, Set<string>>();
  for (const { host, port } of missing) {
    const group = `${domainOf(host) ?? ''}${portOf(port)}`;
    groups.set(group, (groups.get(group) ?? new Set()).add(host));
  }
  const learned = [...groups].flatMap(([group, hosts]) => {
    const [domain = '', port] = group.split(':');
    const suffix = port === undefined ? '' : `:${port}`;
    const below = [...hosts].filter((host) => host !== domain);
    const single = (host: string) => ({ rule: `${host}${suffix}`, names: [host] });
    if (below.length < fewestOfDomain) return [...hosts].map(single);
    return [
      { rule: `*.${domain}${suffix}`, names: below.sort() },
      ...[...hosts].filter((host) => host === domain).map(single),
    ];
  });
  return learned.sort((a, b) => (a.rule < b.rule ? -1 : 1));
}

/** Whether a rule lets all requests to a name through. */
function allows({ verdict, host, port, method, pathPrefix }: EgressRule, name: ReachedName): boolean {
  const isPlainOnly = method !== undefined || pathPrefix !== undefined;
  const isSamePort = port === undefined ? portOf(name.port) === '' : port === name.port;
  const isSameHost = host.startsWith('*.') ? name.host.endsWith(host.slice(1)) : name.host === host;
  return verdict === 'allow' && !isPlainOnly && isSamePort && isSameHost;
}

/** What a rule says of a port; nothing of the usual ones. */
function portOf(port: number): string {
  return port === 80 || port === 443 ? '' : `:${port}`;
}

/** The domain that somebody registered; `undefined` for what is in none, such as an address. */
function domainOf(host: string): string | undefined {
  return getDomain(host, { allowPrivateDomains: true }) ?? undefined;
}
