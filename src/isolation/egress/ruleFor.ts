import { isIP } from 'node:net';
import type { EgressTry } from './accessLine.ts';

/**
 * What whoever is inside asks for must not decide how much a rule allows: a plain name of two parts at least, of which
 * `parseEgressRule` reads a rule. What ends in a number is an address for some.
 */
const plainName = /^(?:(?!-)[a-z\d_-]{1,63}(?<!-)\.)+(?!(?:\d+|0x[\da-f]*)$)(?!-)[a-z\d_-]{1,63}(?<!-)$/;

/** The rule that is about what was tried, and nothing else; `undefined` where there is none, as for an address. */
export function ruleFor({
  host,
  port,
  method,
}: Pick<EgressTry, 'host' | 'port' | 'method'>): string | undefined {
  if (port === 0 || isIP(host) !== 0 || !plainName.test(host)) return undefined;
  return hasUsualPort({ port, method }) ? host : `${host}:${port}`;
}

/** Whether a name alone, as a rule, is about this port: for plain HTTP another one than for a tunnel. */
export function hasUsualPort({ port, method }: Pick<EgressTry, 'port' | 'method'>): boolean {
  return port === (method === 'CONNECT' ? 443 : 80);
}
