import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import { Emitter, type Event } from '../../shared/event.ts';
import type { Log } from '../../shared/log.ts';
import { Rounds } from '../../shared/rounds.ts';
import type { EngineSource, ManagedProxy } from '../containerEngine.ts';
import { isUp } from '../containerState.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import type { EgressNews, ProxyNews } from './egressNews.ts';
import type { EgressTally, TriedName } from './egressTally.ts';
import { proxiesOf } from './proxiesOf.ts';

/** What a window that is opened later still reads of what was tried before. */
const earlierLines = 5000;
/** A log that ends again and again is not read anew at once. */
const restMs = 5000;

interface Following {
  readonly containerId: string;
  readonly tally: EgressTally;
  readonly stop: AbortController;
  isOpen: boolean;
  /** When the last try began that was news, in milliseconds since 1970. */
  lastMs: number;
}

interface Parts {
  readonly store: Pick<WorkspaceStore, 'find' | 'records' | 'onDidChange'>;
  readonly engines: Pick<EngineSource, 'get' | 'state' | 'onDidChangeState' | 'onDidReceiveActivity'>;
  readonly isOpenHere: (folderUri: string) => boolean;
  readonly log: Log;
}

/** Follows what workspaces with the network `filtered` try to reach, where this window has their folder open. */
export class EgressWatch implements Disposable {
  private readonly parts: Parts;
  private readonly subscriptions = new DisposableStore();
  private readonly news = this.subscriptions.add(new Emitter<EgressNews>());
  private readonly followed = new Map<string, Following>();
  private readonly rounds = new Rounds((id) => this.look(id));
  private readonly openedMs = Date.now();

  /** A few times a second at most for each workspace, whatever it tries. */
  readonly onDidTry: Event<EgressNews> = this.news.event;

  constructor(parts: Parts) {
    this.parts = parts;
    const { store, engines } = parts;
    this.subscriptions.add(
      store.onDidChange(({ id, previous, current }) => {
        if (!current) this.forget(id);
        else if (previous?.container.kind !== current.container.kind) this.lookSoon(id);
      }),
    );
    this.subscriptions.add(
      engines.onDidReceiveActivity((activity) => {
        if (activity.kind === 'proxy' && activity.action === 'start') this.lookSoon(activity.workspaceId);
      }),
    );
    this.subscriptions.add(
      engines.onDidChangeState(({ kind }) => {
        if (kind === 'connected') for (const { id } of store.records()) this.lookSoon(id);
      }),
    );
  }

  /** What the workspace tried to reach, as far as it is known here. */
  names(workspaceId: string): readonly TriedName[] {
    return this.followed.get(workspaceId)?.tally.list() ?? [];
  }

  dispose(): void {
    this.subscriptions.dispose();
    for (const id of [...this.followed.keys()]) this.forget(id);
  }

  private lookSoon(id: string): void {
    if (!this.isWatched(id)) return;
    this.rounds.run(id).catch((error: unknown) => {
      this.parts.log.debug('What a workspace tries to reach could not be followed.', error);
    });
  }

  private isWatched(id: string): boolean {
    const record = this.parts.store.find(id);
    return record?.network === 'filtered' && this.parts.isOpenHere(record.folder);
  }

  private async look(id: string): Promise<void> {
    const { engines } = this.parts;
    if (engines.state.kind !== 'connected' || !this.isWatched(id)) return;
    const engine = await engines.get();
    const proxy = (await proxiesOf(engine, id)).find(({ state }) => isUp(state));
    const before = this.followed.get(id);
    if (!proxy || (before?.isOpen && before.containerId === proxy.id)) return;
    before?.stop.abort();
    const following = await this.begin(id, proxy, before);
    void this.follow(id, following);
  }

  /** The log of the same proxy is read anew, from its begin. */
  private async begin(
    id: string,
    { id: containerId }: ManagedProxy,
    before: Following | undefined,
  ): Promise<Following> {
    const { EgressTally } = await import('./egressTally.ts');
    const following: Following = {
      containerId,
      tally: before && before.containerId !== containerId ? before.tally : new EgressTally(),
      stop: new AbortController(),
      isOpen: true,
      lastMs: before?.lastMs ?? this.openedMs,
    };
    this.followed.set(id, following);
    return following;
  }

  private async follow(id: string, following: Following): Promise<void> {
    const { containerId, tally, stop, lastMs } = following;
    const begunMs = performance.now();
    const tell = (news: ProxyNews) => {
      following.lastMs = Math.max(following.lastMs, ...news.tries.map(({ atMs }) => atMs));
      if (this.followed.get(id) === following) this.news.fire({ workspaceId: id, ...news });
    };
    try {
      const [engine, { ProxyLog }] = await Promise.all([
        this.parts.engines.get(stop.signal),
        import('./proxyLog.ts'),
      ]);
      const log = await engine.followLogs(containerId, stop.signal, earlierLines);
      await new ProxyLog({ tally, newsAfterMs: lastMs, tell }).follow(log, stop.signal);
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
  }
}
