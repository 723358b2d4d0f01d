import type { EgressTry } from '../../isolation/egress/accessLine.ts';
import { forgetOldest } from '../../shared/forgetOldest.ts';
import type { SeenTry } from './egressNews.ts';
import { egressAddress } from './egressWords.ts';
import { isQuestion } from '../../isolation/probe/proxyQuestions.ts';

type Verdict = EgressTry['verdict'];
type Carried = Pick<EgressTry, 'sentBytes' | 'receivedBytes'>;

/** All tries of one name at one port; what is not said to be of all is of the last one. */
export interface TriedName {
  /** As asked for; printable characters of names and addresses only. */
  readonly host: string;
  readonly port: number;
  readonly method: string;
  readonly verdict: Verdict;
  readonly reason: EgressTry['reason'];
  /** How many of all came to what. */
  readonly counts: Readonly<Record<Verdict, number>>;
  /** Of all that were let through and have ended. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** In milliseconds since 1970. */
  readonly atMs: number;
  /** Of the first one. */
  readonly firstMs: number;
  readonly session?: string | undefined;
}

/**
 * Whoever tries ten thousand names pushes those out that were not tried for longest, and among names that were reached none
 * by those that never were.
 */
const keptNames = 500;
/** Tries that go on at a time, of which it is known that they were counted. */
const keptOpen = 5000;

/** Counts what a workspace tried to reach, by name. What the isolation check tries is no try of the workspace. */
export class EgressTally {
  /** By whether they were ever let through; those tried last at the end. */
  private readonly names = {
    allowed: new Map<string, TriedName>(),
    denied: new Map<string, TriedName>(),
  };
  private readonly begun = new Set<string>();

  add(seen: SeenTry): void {
    if (!isOfWorkspace(seen)) return;
    const { host, port, method, verdict, reason, atMs, session } = seen;
    const key = egressAddress(seen);
    const place = this.names.allowed.has(key) ? this.names.allowed : this.names.denied;
    const before = place.get(key);
    const bytes = carriedBytes(seen, before);
    if (this.isCounted(seen)) {
      if (before) place.set(key, { ...before, ...bytes });
      return;
    }
    const { counts: had, firstMs } = before ?? { counts: { allowed: 0, denied: 0 }, firstMs: atMs };
    const counts = { ...had, [verdict]: had[verdict] + 1 };
    for (const names of Object.values(this.names)) names.delete(key);
    const names = this.names[counts.allowed > 0 ? 'allowed' : 'denied'];
    names.set(key, { host, port, method, verdict, reason, counts, atMs, firstMs, session, ...bytes });
    forgetOldest(names, keptNames);
  }

  /** Names that were denied the last time come first, then those that were tried last. */
  list(): readonly TriedName[] {
    const rank = ({ verdict }: TriedName) => (verdict === 'denied' ? 0 : 1);
    const all = Object.values(this.names).flatMap((names) => [...names.values()]);
    return all.sort((a, b) => rank(a) - rank(b) || b.atMs - a.atMs);
  }

  /** One that was let through is told when it begins and when it has ended. */
  private isCounted(seen: EgressTry): boolean {
    if (seen.verdict === 'denied') return false;
    const key = tryKey(seen);
    if (!seen.isOpen) return this.begun.delete(key);
    this.begun.add(key);
    forgetOldest(this.begun, keptOpen);
    return false;
  }
}

/** What tries carried, these among them; what is denied goes nowhere, and its answer is the proxy's own. */
export function carriedBytes(seen: SeenTry, before?: Carried): Carried {
  const { sentBytes, receivedBytes } = before ?? { sentBytes: 0, receivedBytes: 0 };
  return seen.verdict === 'denied'
    ? { sentBytes, receivedBytes }
    : {
        sentBytes: sentBytes + seen.sentBytes,
        receivedBytes: receivedBytes + seen.receivedBytes,
      };
}

/** The same of a try when it begins and when it has ended, and of no other one. */
export function tryKey({ atMs, client, clientPort, host }: EgressTry): string {
  return [atMs, client, clientPort, host].join(' ');
}

/** Whether the workspace tried this, and not the check of its isolation, and it was a try of a name. */
export function isOfWorkspace(seen: EgressTry): boolean {
  return seen.host !== '' && !isQuestion(seen);
}
