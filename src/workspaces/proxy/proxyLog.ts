import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import split from 'split2';
import { parseAccessLine, type EgressTry } from '../../isolation/egress/accessLine.ts';
import { proxyBeginLine } from '../../isolation/egress/proxyProgram.ts';
import { forgetOldest } from '../../shared/forgetOldest.ts';
import { carriedBytes, isOfWorkspace, tryKey, type EgressTally } from './egressTally.ts';
import type { CountedTry, ProxyNews, SeenTry } from './egressNews.ts';

/** Longer than any line of a try; what is longer is none. */
export const lineBounds = { maxLength: 8192, skipOverflow: true };
/** What comes at once is told at once, and who tries without end is told of a few times a second. */
const gatherMs = 200;
/** Different tries that are told one by one each time, of those let through as of the others: neither hide each other. */
const mostTold = 20;
/** Tries of which it is looked each time where they came from, of both kinds as well. */
const mostPlaced = 100;
/** Tries that go on at a time, of which it is told when their proxy ends: it has no more files for them. */
const mostOpen = 1024;
/** What is open for longer is told of before it ends, which it may never do. */
const longOpenMs = 10_000;

/** Reads the log of a proxy as it is written, which whoever is in the workspace can fill with anything, at any speed. */
export class ProxyLog {
  private readonly tally: EgressTally;
  private readonly newsAfterMs: number;
  private readonly sessionOf: (seen: EgressTry) => string | undefined;
  private readonly tell: (news: ProxyNews) => void;
  private readonly longOpenMs: number;
  private readonly gathered = new Map<string, CountedTry>();
  private readonly open = new Map<string, SeenTry>();
  /** Those of them that were not told of yet, and when they were seen. */
  private readonly openUntold = new Map<string, number>();
  private openTimer: NodeJS.Timeout | undefined;
  /** When the last thing happened that the log told, by the clock of the engine. */
  private lastMs = 0;
  private others = { allowed: 0, denied: 0 };
  private received = { allowed: 0, denied: 0 };
  private timer: NodeJS.Timeout | undefined;

  /**
   * Tries that ended at `newsAfterMs` or before, by the clock of the engine, are counted, and no news. What is open for
   * `longOpenMs` is told of before it ends.
   */
  constructor(parts: {
    tally: EgressTally;
    newsAfterMs: number;
    sessionOf: (seen: EgressTry) => string | undefined;
    tell: (news: ProxyNews) => void;
    longOpenMs?: number;
  }) {
    this.tally = parts.tally;
    this.newsAfterMs = parts.newsAfterMs;
    this.sessionOf = parts.sessionOf;
    this.tell = parts.tell;
    this.longOpenMs = parts.longOpenMs ?? longOpenMs;
  }

  /** Settled when the log ends, which it does when the proxy ends or `signal` aborts. */
  async follow(log: Readable, signal: AbortSignal): Promise<void> {
    try {
      await pipeline(log, split(parseLine, lineBounds), async (told: AsyncIterable<EgressTry | 'begin'>) => {
        for await (const each of told) {
          if (signal.aborted) return;
          if (each !== 'begin') this.receive(each);
          else if (this.lastMs > this.newsAfterMs) this.cutOff();
          else this.forgetOpen();
        }
      });
    } finally {
      clearTimeout(this.openTimer);
      if (signal.aborted) clearTimeout(this.timer);
    }
  }

  /** Its proxy has ended: tells at once of what was still open. */
  cutOff(): void {
    for (const seen of this.open.values())
      this.gather({ ...seen, isOpen: false, isCutOff: true, durationMs: this.lastMs - seen.atMs });
    this.forgetOpen();
    clearTimeout(this.timer);
    this.tellGathered();
  }

  private receive(told: EgressTry): void {
    const seen = {
      ...told,
      session: this.received[told.verdict]++ < mostPlaced ? this.sessionOf(told) : undefined,
    };
    const endMs = seen.atMs + seen.durationMs;
    this.lastMs = Math.max(this.lastMs, endMs);
    this.tally.add(seen);
    if (isOfWorkspace(seen)) {
      if (seen.isOpen) this.keepOpen(seen);
      else {
        this.open.delete(tryKey(seen));
        this.openUntold.delete(tryKey(seen));
        if (endMs > this.newsAfterMs) this.gather(seen);
      }
    }
    this.tellSoon();
  }

  private keepOpen(seen: SeenTry): void {
    const key = tryKey(seen);
    this.open.set(key, seen);
    forgetOldest(this.open, mostOpen);
    this.openUntold.set(key, performance.now());
    forgetOldest(this.openUntold, mostOpen);
    this.lookAtOpen(this.longOpenMs);
  }

  /** Once for all that are open, in the order in which they began. */
  private lookAtOpen(afterMs: number): void {
    this.openTimer ??= setTimeout(() => {
      this.openTimer = undefined;
      for (const [key, seenMs] of this.openUntold) {
        const leftMs = this.longOpenMs - (performance.now() - seenMs);
        if (leftMs > 0) {
          this.lookAtOpen(leftMs);
          return;
        }
        this.openUntold.delete(key);
        const seen = this.open.get(key);
        if (seen) this.gather({ ...seen, durationMs: this.lastMs - seen.atMs });
        this.tellSoon();
      }
    }, afterMs).unref();
  }

  private forgetOpen(): void {
    this.open.clear();
    this.openUntold.clear();
  }

  private tellSoon(): void {
    this.timer ??= setTimeout(() => {
      this.tellGathered();
    }, gatherMs).unref();
  }

  private gather(seen: SeenTry): void {
    const key = [seen.host, seen.port, seen.method, seen.reason, seen.isCutOff, seen.isOpen].join(' ');
    const before = this.gathered.get(key);
    const alike = [...this.gathered.values()].filter(({ verdict }) => verdict === seen.verdict);
    if (!before && alike.length >= mostTold) this.others[seen.verdict]++;
    else {
      const count = (before?.count ?? 0) + 1;
      this.gathered.set(key, { ...seen, ...carriedBytes(seen, before), count });
    }
  }

  private tellGathered(): void {
    const news = { tries: [...this.gathered.values()], others: this.others };
    this.timer = undefined;
    this.others = { allowed: 0, denied: 0 };
    this.received = { allowed: 0, denied: 0 };
    this.gathered.clear();
    this.tell(news);
  }
}

const parseLine = (text: string) => (text === proxyBeginLine ? 'begin' : parseAccessLine(text));
