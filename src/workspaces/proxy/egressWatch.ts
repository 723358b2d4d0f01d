import type { EgressTry } from '../../isolation/egress/accessLine.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import { Emitter, type Event } from '../../shared/event.ts';
import type { Log } from '../../shared/log.ts';
import { Rounds } from '../../shared/rounds.ts';
import type { EngineSource } from '../containerEngine.ts';
import { isUp } from '../containerState.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import type { EgressNews, ProxyNews } from './egressNews.ts';
import type { EgressTally, TriedName } from './egressTally.ts';
import type { ProxyLog } from './proxyLog.ts';
import { proxiesOf } from './proxiesOf.ts';
import type { SessionsOf } from './sessionOfTry.ts';

/** What a window that is opened later still reads of what was tried before. */
const earlierLines = 5000;
/** A log that ends again and again is not read anew at once. */
const restMs = 5000;

interface Following {
  readonly containerId: string;
  /** Tells this run of the container from others. */
  readonly startedAt: string | undefined;
  readonly tally: EgressTally;
  readonly stop: AbortController;
  isOpen: boolean;
  log?: ProxyLog;
  /** When the last try ended that is known, by the clock of the engine; `undefined` where nothing is known yet. */
  lastMs: number | undefined;
}

interface Parts {
  readonly store: Pick<WorkspaceStore, 'find' | 'records' | 'container' | 'onDidChange'>;
  readonly engines: Pick<EngineSource, 'get' | 'state' | 'onDidChangeState' | 'onDidReceiveActivity'>;
  readonly sessionsOf: SessionsOf;
  readonly isOpenHere: (folderUri: string) => boolean;
  readonly onDidChangeOpenFolders: Event<unknown>;
  readonly log: Log;
}

/** Follows what workspaces with the network `filtered` try to reach, where this window has their folder open. */
export class EgressWatch implements Disposable {
  private readonly parts: Parts;
  private readonly subscriptions = new DisposableStore();
  private readonly news = this.subscriptions.add(new Emitter<EgressNews>());
  private readonly followed = new Map<string, Following>();
  private readonly rounds = new Rounds((id) => this.look(id));
  /** Made while this window is open, so that all of their log is news. */
  private readonly made = new Set<string>();
  private isDisposed = false;

  /** A few times a second at most for each workspace, whatever it tries. */
  readonly onDidTry: Event<EgressNews> = this.news.event;

  constructor(parts: Parts) {
    this.parts = parts;
    const { store, engines, onDidChangeOpenFolders } = parts;
    this.subscriptions.add(
      store.onDidChange(({ id, previous, current }) => {
        if (!current) this.forget(id);
        else if (
          previous?.container.kind !== current.container.kind ||
          previous.network !== current.network
        ) {
          if (current.container.kind === 'creating' || previous?.network === 'isolated') this.made.add(id);
          this.lookSoon(id);
        }
      }),
    );
    this.subscriptions.add(
      engines.onDidReceiveActivity((activity) => {
        if (activity.kind === 'proxy' && activity.action === 'start') this.lookSoon(activity.workspaceId);
      }),
    );
    this.subscriptions.add(
      engines.onDidChangeState(({ kind }) => {
        if (kind === 'connected') this.lookAtAll();
      }),
    );
    this.subscriptions.add(
      onDidChangeOpenFolders(() => {
        this.lookAtAll();
      }),
    );
  }

  /** What the workspace tried to reach, as far as it is known here. */
  names(workspaceId: string): readonly TriedName[] {
    return this.followed.get(workspaceId)?.tally.list() ?? [];
  }

  dispose(): void {
    this.isDisposed = true;
    this.subscriptions.dispose();
    for (const id of [...this.followed.keys()]) this.forget(id);
  }

  private lookAtAll(): void {
    for (const { id } of this.parts.store.records()) this.lookSoon(id);
  }

  private lookSoon(id: string): void {
    if (!this.isWatched(id)) {
      this.forget(id);
      return;
    }
    // The engine is busy with it, and all of the log is read once it runs.
    if (this.parts.store.container(id).kind === 'creating') return;
    this.rounds.run(id).catch((error: unknown) => {
      this.parts.log.debug('What a workspace tries to reach could not be followed.', error);
    });
  }

  private isWatched(id: string): boolean {
    const record = this.isDisposed ? undefined : this.parts.store.find(id);
    return record?.network === 'filtered' && this.parts.isOpenHere(record.folder);
  }

  private async look(id: string): Promise<void> {
    const { engines } = this.parts;
    if (engines.state.kind !== 'connected' || !this.isWatched(id)) return;
    const [engine, { EgressTally }] = await Promise.all([engines.get(), import('./egressTally.ts')]);
    const proxy = (await proxiesOf(engine, id)).find(({ state }) => isUp(state));
    const startedAt = proxy && (await engine.inspectContainer(proxy.id))?.startedAt;
    const before = this.followed.get(id);
    const isSameRun = before?.containerId === proxy?.id && before?.startedAt === startedAt;
    const isFollowed = before?.isOpen === true && isSameRun;
    // where nothing is in its place yet, its log has its last words first
    if (!isSameRun && (proxy || !before?.isOpen)) before?.log?.cutOff();
    // what was asked for meanwhile may not be wanted any more
    if (!proxy || isFollowed || !this.isWatched(id)) return;
    before?.stop.abort();
    const isSame = before?.containerId === proxy.id;
    const following: Following = {
      ...{ containerId: proxy.id, startedAt },
      // the log of the same proxy is read anew, from its begin
      tally: before && !isSame ? before.tally : new EgressTally(),
      stop: new AbortController(),
      isOpen: true,
      lastMs: isSame ? before.lastMs : this.made.delete(id) ? 0 : undefined,
    };
    this.followed.set(id, following);
    void this.follow(id, following);
  }

  private async follow(id: string, following: Following): Promise<void> {
    const { containerId, tally, stop } = following;
    const begunMs = performance.now();
    const tell = (news: ProxyNews) => {
      following.lastMs = Math.max(following.lastMs ?? 0, ...news.tries.map(endOf));
      if (this.followed.get(id) === following) this.news.fire({ workspaceId: id, ...news });
    };
    try {
      const [engine, { ProxyLog }, { lastTries }, { sessionOfTry }] = await Promise.all([
        this.parts.engines.get(stop.signal),
        import('./proxyLog.ts'),
        import('./triedNames.ts'),
        import('./sessionOfTry.ts'),
      ]);
      // whatever was there before this window looked is no news, by whichever clock
      following.lastMs ??= Math.max(0, ...(await lastTries(engine, containerId)).map(endOf));
      const log = await engine.followLogs(containerId, stop.signal, earlierLines);
      const sessionOf = (seen: EgressTry) => sessionOfTry(seen, this.parts.sessionsOf(id), Date.now());
      following.log = new ProxyLog({ tally, newsAfterMs: following.lastMs, sessionOf, tell });
      await following.log.follow(log, stop.signal);
    } catch (error) {
      if (!stop.signal.aborted)
        this.parts.log.debug('What a workspace tries to reach is not followed any more.', error);
    } finally {
      following.isOpen = false;
    }
    if (stop.signal.aborted) return;
    // it may run again already, or another one in its place
    const isSteady = performance.now() - begunMs > restMs;
    setTimeout(
      () => {
        if (!stop.signal.aborted) this.lookSoon(id);
      },
      isSteady ? 0 : restMs,
    ).unref();
  }

  private forget(id: string): void {
    this.followed.get(id)?.stop.abort();
    this.followed.delete(id);
    this.made.delete(id);
  }
}

const endOf = ({ atMs, durationMs }: Pick<EgressTry, 'atMs' | 'durationMs'>) => atMs + durationMs;
