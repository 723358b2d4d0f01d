import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import split from 'split2';
import { parseAccessLine, type EgressTry } from '../../isolation/egress/accessLine.ts';
import { isOfWorkspace, type EgressTally } from './egressTally.ts';
import type { CountedTry, ProxyNews, SeenTry } from './egressNews.ts';

/** Longer than any line of a try; what is longer is none. */
const lines = { maxLength: 8192, skipOverflow: true };
/** What comes at once is told at once, and who tries without end is told of a few times a second. */
const gatherMs = 200;
/** Different tries that are told one by one each time. */
const mostTold = 20;
/** Tries of which it is looked each time where they came from. */
const mostPlaced = 100;

/** Reads the log of a proxy as it is written, which whoever is in the workspace can fill with anything, at any speed. */
export class ProxyLog {
  private readonly tally: EgressTally;
  private readonly newsAfterMs: number;
  private readonly sessionOf: (seen: EgressTry) => string | undefined;
  private readonly tell: (news: ProxyNews) => void;
  private readonly gathered = new Map<string, CountedTry>();
  private others = 0;
  private received = 0;
  private timer: NodeJS.Timeout | undefined;

  /** Tries that ended at `newsAfterMs` or before, by the clock of the engine, are counted, and no news. */
  constructor(parts: {
    tally: EgressTally;
    newsAfterMs: number;
    sessionOf: (seen: EgressTry) => string | undefined;
    tell: (news: ProxyNews) => void;
  }) {
    this.tally = parts.tally;
    this.newsAfterMs = parts.newsAfterMs;
    this.sessionOf = parts.sessionOf;
    this.tell = parts.tell;
  }

  /** Settled when the log ends, which it does when the proxy ends or `signal` aborts. */
  async follow(log: Readable, signal: AbortSignal): Promise<void> {
    try {
      await pipeline(log, split(parseAccessLine, lines), async (tries: AsyncIterable<EgressTry>) => {
        for await (const seen of tries) {
          if (signal.aborted) return;
          this.receive(seen);
        }
      });
    } finally {
      if (signal.aborted) clearTimeout(this.timer);
    }
  }

  private receive(told: EgressTry): void {
    const seen = { ...told, session: this.received++ < mostPlaced ? this.sessionOf(told) : undefined };
    this.tally.add(seen);
    if (isOfWorkspace(seen) && !seen.isOpen && seen.atMs + seen.durationMs > this.newsAfterMs)
      this.gather(seen);
    this.timer ??= setTimeout(() => {
      this.tellGathered();
    }, gatherMs).unref();
  }

  private gather(seen: SeenTry): void {
    const key = [seen.host, seen.port, seen.method, seen.reason].join(' ');
    const before = this.gathered.get(key);
    if (!before && this.gathered.size >= mostTold) this.others++;
    else this.gathered.set(key, { ...seen, count: (before?.count ?? 0) + 1 });
  }

  private tellGathered(): void {
    const news = { tries: [...this.gathered.values()], others: this.others };
    this.timer = undefined;
    this.others = 0;
    this.received = 0;
    this.gathered.clear();
    this.tell(news);
  }
}
