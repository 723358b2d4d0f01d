import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import split from 'split2';
import { parseAccessLine, type EgressTry } from '../../isolation/egress/accessLine.ts';
import type { ReachedName } from '../../isolation/egress/learnedRules.ts';
import { ruleFor } from '../../isolation/egress/ruleFor.ts';
import { forgetOldest } from '../../shared/forgetOldest.ts';
import type { ContainerEngine } from '../containerEngine.ts';
import { isOfWorkspace, tryKey } from './egressTally.ts';
import { proxiesOf } from './proxiesOf.ts';
import { lineBounds } from './proxyLog.ts';
import { lastTries } from './triedNames.ts';

/** More than a person looks at; whoever is in the workspace may try names without end. */
const mostNames = 2000;
/** Tries that go on at a time. */
const mostOpen = 5000;
/** What the proxy answers where a server cannot be reached, or says nothing that can be understood. */
const failures = [502, 503, 504];

/** The names that a workspace reaches from now on, each once however often, of a run as long as it may be. */
export class ReachedNames {
  private readonly names = new Map<string, ReachedName>();
  /** What goes on, of which it is not known yet whether it comes to something. */
  private readonly open = new Map<string, EgressTry>();
  private readonly stop = new AbortController();
  /** When the last try before it began, by the clock of the engine. */
  private sinceMs = 0;
  private hasMore = false;

  static async follow(
    engine: Pick<ContainerEngine, 'listProxies' | 'lastLogs' | 'followLogs'>,
    workspaceId: string,
  ): Promise<ReachedNames> {
    const reached = new ReachedNames();
    for (const { id } of await proxiesOf(engine, workspaceId)) {
      const before = await lastTries(engine, id);
      reached.sinceMs = Math.max(reached.sinceMs, ...before.map(({ atMs }) => atMs));
      void reached.read(await engine.followLogs(id, reached.stop.signal, 0));
    }
    return reached;
  }

  /** Those that were reached until now, and whether there may have been more of them. */
  async list(
    engine: Pick<ContainerEngine, 'listProxies' | 'lastLogs'>,
    workspaceId: string,
  ): Promise<{ readonly names: readonly ReachedName[]; readonly hasMore: boolean }> {
    // the last ones may not have come yet
    for (const { id } of await proxiesOf(engine, workspaceId))
      for (const seen of await lastTries(engine, id)) this.add(seen);
    for (const seen of this.open.values()) this.keep(seen);
    return { names: [...this.names.values()], hasMore: this.hasMore };
  }

  dispose(): void {
    this.stop.abort();
  }

  private async read(log: Readable): Promise<void> {
    const read = async (tries: AsyncIterable<EgressTry>) => {
      for await (const seen of tries) this.add(seen);
    };
    await pipeline(log, split(parseAccessLine, lineBounds), read).catch(() => undefined);
    if (!this.stop.signal.aborted) this.hasMore = true;
  }

  private add(seen: EgressTry): void {
    if (seen.verdict === 'denied' || seen.atMs <= this.sinceMs || !isOfWorkspace(seen)) return;
    if (!seen.isOpen) {
      this.open.delete(tryKey(seen));
      if (!failures.includes(seen.status)) this.keep(seen);
      return;
    }
    if (this.open.size >= mostOpen) this.hasMore = true;
    this.open.set(tryKey(seen), seen);
    forgetOldest(this.open, mostOpen);
  }

  private keep({ host, port, method }: EgressTry): void {
    const rule = ruleFor({ host, port, method });
    if (rule === undefined) return;
    if (this.names.has(rule) || this.names.size < mostNames) this.names.set(rule, { host, port, method });
    else this.hasMore = true;
  }
}
