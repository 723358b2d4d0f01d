import type { EgressTry } from '../../isolation/egress/accessLine.ts';
import { refusedNames } from '../../isolation/probe/probeScript.ts';

/** All tries of one name at one port that came to the same. */
export interface TriedName {
  /** As asked for; printable characters of names and addresses only. */
  readonly host: string;
  readonly port: number;
  readonly verdict: EgressTry['verdict'];
  readonly reason: EgressTry['reason'];
  readonly count: number;
  /** Of the last one, in milliseconds since 1970. */
  readonly atMs: number;
}

/** What was tried, the denied names first, then by time. What the isolation check tries is no try of the workspace. */
export function summarizeTries(tries: readonly EgressTry[]): readonly TriedName[] {
  const names = new Map<string, TriedName>();
  for (const { host, port, verdict, reason, atMs } of eachOnce(tries)) {
    if (host === '' || (refusedNames as readonly string[]).includes(host)) continue;
    const key = `${host} ${port} ${verdict}`;
    const count = (names.get(key)?.count ?? 0) + 1;
    names.set(key, { host, port, verdict, reason, count, atMs });
  }
  const isAllowed = ({ verdict }: TriedName) => Number(verdict === 'allowed');
  return [...names.values()].sort((a, b) => isAllowed(a) - isAllowed(b) || b.atMs - a.atMs);
}

/** One that was let through is told when it begins and when it has ended. */
function eachOnce(tries: readonly EgressTry[]): readonly EgressTry[] {
  const begun = new Set<string>();
  const key = ({ atMs, client, clientPort, host }: EgressTry) => [atMs, client, clientPort, host].join(' ');
  return tries.filter((seen) => {
    if (seen.isOpen) begun.add(key(seen));
    return seen.isOpen || seen.verdict === 'denied' || !begun.has(key(seen));
  });
}
