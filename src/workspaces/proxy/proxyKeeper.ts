import { isDeepStrictEqual } from 'node:util';
import { describeError } from '../../shared/describeError.ts';
import { hasCode, summarize } from '../../shared/errors.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { Event } from '../../shared/event.ts';
import type { Log } from '../../shared/log.ts';
import type { ContainerEngine, EngineSource } from '../containerEngine.ts';
import { containerIdOf } from '../containerState.ts';
import type { ManagedProxy } from '../engineContainers.ts';
import type { Operation, Operations } from '../operations.ts';
import type { Intent, WorkspaceRecord } from '../workspaceRecord.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import { BackOff } from './backOff.ts';
import { lastRun } from './lastRun.ts';
import { proxiesOf } from './proxiesOf.ts';
import { ProxyImageMissing } from './requireProxyImage.ts';
import { Revivals } from './revivals.ts';
import { wantedProxy, type WantedProxy } from './wantedProxy.ts';
import { whatIsAmiss, type Amiss } from './whatIsAmiss.ts';
import type { WorkspaceProxies } from './workspaceProxies.ts';

/** What happens at once is looked at once. */
const soonMs = 150;
/** What another process does is waited for, and looked at so often whether that process is there still. */
const againMs = 1000;
/** Out of memory, which can come many times a second, is told once in so long. */
const outOfMemoryMs = 60_000;

interface Parts {
  readonly store: Pick<WorkspaceStore, 'find' | 'records' | 'container' | 'onDidChange'>;
  readonly engines: Pick<EngineSource, 'get' | 'state' | 'onDidReceiveActivity'>;
  readonly operations: Pick<Operations, 'run' | 'isBusy' | 'onDidEnd'>;
  readonly proxies: Pick<WorkspaceProxies, 'applyRules' | 'hasRules' | 'doubt' | 'stop' | 'remove'>;
  readonly onDidChangeRules: Event<unknown>;
  /** A workspace that runs has no proxy that does, and so reaches nothing. `occurrence` tells this time from others. */
  readonly onCutOff: (workspaceId: string, occurrence: string) => void;
  /** The proxy keeps to the rules from before: those of now cannot be used. */
  readonly onUnusableRules: (workspaceId: string, occurrence: string, reason: string) => void;
  /** What ended cannot be brought back before a person has seen to its image. */
  readonly onImageMissing: (workspaceId: string, occurrence: string, reason: string) => void;
  /** Whether the process that wrote an intent still lives. */
  readonly isAlive: (owner: number, sinceMs: number) => boolean;
  /** A process that is gone left a workspace half changed. */
  readonly onAbandoned: () => void;
  readonly isOpenHere: (folderUri: string) => boolean;
  readonly log: Log;
}

/** Keeps proxies in step with their workspaces: brings back what ended by itself, ends and removes what serves nobody. */
export class ProxyKeeper implements Disposable {
  private readonly parts: Parts;
  private readonly subscriptions = new DisposableStore();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly revivals: Revivals;
  /** What could not be put right. */
  private readonly inVain = new BackOff();
  /** When those began that it was already told of, by workspaces. */
  private readonly abandoned = new Map<string, string>();

  constructor(parts: Parts) {
    this.parts = parts;
    const { store, engines, operations, proxies, onDidChangeRules } = parts;
    this.revivals = new Revivals(parts.isOpenHere);
    this.subscriptions.add(
      store.onDidChange(({ id, previous, current }) => {
        const hasOtherRules = !isDeepStrictEqual(previous?.egress, current?.egress);
        // another window may have stored them, and handed over what this one does not know
        if (hasOtherRules) {
          proxies.doubt(id);
          this.inVain.forget(id);
        }
        const runsOn = isDeepStrictEqual(previous?.container, current?.container);
        if (!runsOn || hasOtherRules || previous?.network !== current?.network) this.lookSoon(id);
      }),
    );
    this.subscriptions.add(
      engines.onDidReceiveActivity((activity) => {
        if (activity.kind !== 'proxy' || activity.action === 'kill') return;
        const { action, workspaceId, containerId, timeMs } = activity;
        if (action === 'die' || action === 'oom') proxies.doubt(workspaceId);
        // what it was, was squid as a rule, which is there again already
        if (action === 'oom')
          parts.onCutOff(workspaceId, `oom ${containerId} ${Math.floor(timeMs / outOfMemoryMs)}`);
        this.lookSoon(workspaceId);
      }),
    );
    this.subscriptions.add(
      operations.onDidEnd((id) => {
        this.lookSoon(id);
      }),
    );
    this.subscriptions.add(
      onDidChangeRules(() => {
        this.inVain.forget();
        this.lookAtAll();
      }),
    );
  }

  /** After records and engine agree, or what all of them may reach has changed. */
  lookAtAll(): void {
    for (const { id, network } of this.parts.store.records()) if (network === 'filtered') this.lookSoon(id);
    this.lookForStrays().catch((error: unknown) => {
      this.parts.log.warn(`Proxies could not be listed: ${describeError(error)}`);
    });
  }

  dispose(): void {
    this.subscriptions.dispose();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  /** Beside a workspace with another network there must be none, nor what is left of one. */
  private async lookForStrays(): Promise<void> {
    if (this.parts.engines.state.kind !== 'connected') return;
    const engine = await this.parts.engines.get();
    const [proxies, networks] = await Promise.all([engine.listProxies(), engine.listNetworks()]);
    for (const { workspaceId } of [...proxies, ...networks.filter(({ isOutward }) => isOutward)])
      this.lookSoon(workspaceId);
  }

  private lookSoon(id: string): void {
    if (this.parts.store.find(id)) this.lookAfter(id, soonMs);
  }

  private lookAfter(id: string, ms: number): void {
    clearTimeout(this.timers.get(id));
    const timer = setTimeout(() => {
      this.timers.delete(id);
      this.look(id).catch((error: unknown) => {
        this.parts.log.warn(`A proxy could not be put right: ${describeError(error)}`);
      });
    }, ms).unref();
    this.timers.set(id, timer);
  }

  /** Whoever is at work on the workspace now looks after its proxy, too; the end of that is looked at again. */
  private async look(id: string): Promise<void> {
    const { store, engines, operations } = this.parts;
    const before = store.find(id);
    if (engines.state.kind !== 'connected' || !before || operations.isBusy(id)) return;
    if (before.intent) {
      this.waitForEnd(id, before.intent);
      return;
    }
    const engine = await engines.get();
    const proxies = await proxiesOf(engine, id);
    const record = store.find(id);
    if (!record || operations.isBusy(id)) return;
    const amiss = await whatIsAmiss(engine, {
      ...{ id, proxies, wanted: this.wanted(record) },
      hasRules: (proxy) => this.hasRules(proxy, record, engine),
    });
    if (amiss !== 'ended') this.revivals.isUp(id);
    if (!amiss) return;
    const restMs = Math.max(amiss === 'ended' ? this.revivals.restMs(record) : 0, this.inVain.restMs(id));
    if (restMs > 0) {
      this.lookAfter(id, restMs);
      return;
    }
    try {
      await operations.run(id, `look after the proxy of "${record.name}"`, {}, async (operation) => {
        const now = store.find(id);
        if (now) await this.putRight(engine, now, operation, amiss);
      });
    } catch (error) {
      // its end is looked at at once
      this.inVain.count(id);
      if (error instanceof ProxyImageMissing)
        this.parts.onImageMissing(
          id,
          `image ${containerIdOf(store.container(id))} ${error.message}`,
          error.message,
        );
      throw error;
    }
  }

  /** Of an operation of another window. Where that one is gone, recovery ends what it began, and all is looked at again. */
  private waitForEnd(id: string, { owner, startedAt }: Intent): void {
    this.lookAfter(id, againMs);
    if (this.parts.isAlive(owner, Date.parse(startedAt)) || this.abandoned.get(id) === startedAt) return;
    this.abandoned.set(id, startedAt);
    this.parts.onAbandoned();
  }

  /** Told, as what a person denies now is not denied yet. */
  private async hasRules(
    proxy: ManagedProxy,
    record: WorkspaceRecord,
    engine: ContainerEngine,
  ): Promise<boolean> {
    const { proxies, onUnusableRules } = this.parts;
    try {
      return await proxies.hasRules(proxy, record, engine);
    } catch (error) {
      if (!hasCode(error, 'invalidRequest')) throw error;
      const { message } = summarize(error);
      onUnusableRules(record.id, `rules ${proxy.id} ${message}`, message);
      return true;
    }
  }

  private async putRight(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    operation: Operation,
    amiss: Amiss,
  ): Promise<void> {
    const { proxies, store, log } = this.parts;
    const { id, name } = record;
    const container = store.container(id);
    switch (this.wanted(record)) {
      case 'running': {
        const facts =
          'id' in container && container.id ? await engine.inspectContainer(container.id) : undefined;
        if (amiss === 'ended') this.revivals.count(id);
        if (!facts?.running || facts.paused) return;
        if (amiss === 'ended') this.parts.onCutOff(id, await lastRun(engine, id, facts));
        log.info(`"${name}": its proxy is brought back, or given its rules`);
        await proxies.applyRules({ engine, record, operation }, facts.networkMode);
        return;
      }
      case 'stopped':
        await proxies.stop(engine, id);
        return;
      case 'none':
        await proxies.remove(engine, id);
        return;
      case 'any':
    }
  }

  private wanted(record: WorkspaceRecord): WantedProxy {
    return wantedProxy(record, this.parts.store.container(record.id).kind);
  }
}
