import { isIP } from 'node:net';
import type { EgressTry } from './accessLine.ts';

/** What whoever is inside asks for must not decide how much a rule allows: a plain name of two parts at least. */
const plainName = /^[a-z\d_-]{1,63}(?:\.[a-z\d_-]{1,63})+$/;

/** The rule that is about what was tried, and nothing else; `undefined` where there is none, as for an address. */
export function ruleFor({
  host,
  port,
  method,
}: Pick<EgressTry, 'host' | 'port' | 'method'>): string | undefined {
  if (port === 0 || isIP(host) !== 0 || !plainName.test(host)) return undefined;
  const usualPort = method === 'CONNECT' ? 443 : 80;
  return port === usualPort ? host : `${host}:${port}`;
}
