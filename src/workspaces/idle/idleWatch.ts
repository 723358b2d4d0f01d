import { describeError } from '../../shared/describeError.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { Event } from '../../shared/event.ts';
import type { Log } from '../../shared/log.ts';
import type { EngineSource } from '../containerEngine.ts';
import type { Workspace } from '../workspace.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import { IdleMeter } from './idleMeter.ts';
import type { IdleRules } from './idleRules.ts';
import type { IdleSleep } from './idleSleep.ts';

interface Parts {
  readonly store: Pick<WorkspaceStore, 'list' | 'get' | 'onDidChange'>;
  readonly engines: Pick<EngineSource, 'state' | 'get'>;
  readonly rules: () => IdleRules;
  readonly onDidChangeRules: Event<unknown>;
  /** Whether this window has the folder of this URI open: of many windows, that one decides. */
  readonly isOpenHere: (folderUri: string) => boolean;
  readonly isBusy: (workspaceId: string) => boolean;
  /** Whether a session of this window runs in it or is being started. */
  readonly hasSessions: (workspaceId: string) => boolean;
  readonly sleep: Pick<IdleSleep, 'sleep'>;
  readonly log: Log;
}

interface Watched {
  readonly containerId: string;
  readonly meter: IdleMeter;
}

/** Looks now and then whether running workspaces are used, and puts to sleep those that are not. Off, it does nothing. */
export class IdleWatch implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly watched = new Map<string, Watched>();
  private readonly parts: Parts;
  private timer: NodeJS.Timeout | undefined;

  constructor(parts: Parts) {
    this.parts = parts;
    this.subscriptions.add(
      parts.store.onDidChange(({ id, previous, current }) => {
        this.follow(id, current);
        if (previous && current && previous.activeTasks !== current.activeTasks)
          this.watched.get(id)?.meter.reset();
      }),
    );
    this.subscriptions.add(
      parts.onDidChangeRules(() => {
        this.startOver();
      }),
    );
    this.startOver();
  }

  /** An operation of the workspace has ended: somebody was just here. */
  used(workspaceId: string): void {
    this.watched.get(workspaceId)?.meter.reset();
  }

  dispose(): void {
    clearInterval(this.timer);
    this.watched.clear();
    this.subscriptions.dispose();
  }

  private startOver(): void {
    this.watched.clear();
    for (const workspace of this.parts.store.list()) this.follow(workspace.id, workspace);
    this.plan();
  }

  private follow(id: string, workspace: Workspace | undefined): void {
    const container = workspace?.container;
    const isRunning = container?.kind === 'running' && this.parts.rules().action !== 'off';
    if (!isRunning) this.watched.delete(id);
    else if (this.watched.get(id)?.containerId !== container.id)
      this.watched.set(id, { containerId: container.id, meter: new IdleMeter() });
    else return;
    if ((this.timer === undefined) !== (this.watched.size === 0)) this.plan();
  }

  private plan(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    if (this.watched.size === 0) return;
    this.timer = setInterval(() => {
      for (const id of this.watched.keys()) void this.look(id);
    }, this.parts.rules().sampleEveryMs).unref();
  }

  private async look(id: string): Promise<void> {
    const watched = this.watched.get(id);
    const workspace = this.parts.store.get(id);
    if (!watched || !workspace) return;
    // Another window has it, and the time during which this one did not look counts for nothing.
    const { isOpenHere, isBusy } = this.parts;
    if (!isOpenHere(workspace.folder) || workspace.frozen || isBusy(id)) {
      watched.meter.reset();
      return;
    }
    try {
      await this.measure(id, watched);
    } catch (error) {
      watched.meter.reset();
      this.parts.log.debug(`Whether a workspace is idle could not be told: ${describeError(error)}`);
    }
  }

  private async measure(id: string, { containerId, meter }: Watched): Promise<void> {
    const { engines, hasSessions, rules, sleep } = this.parts;
    if (engines.state.kind !== 'connected') return;
    const engine = await engines.get();
    // Sessions of other windows and of anybody else are known to the engine.
    const mayBeLeft = ({ execIds }: { readonly execIds: readonly string[] }) =>
      execIds.length === 0 && !hasSessions(id);
    const facts = await engine.inspectContainer(containerId);
    if (!facts?.running || facts.paused || !mayBeLeft(facts)) {
      meter.reset();
      return;
    }
    const stats = await engine.sampleStats(containerId);
    if (!stats || this.watched.get(id)?.meter !== meter) return;
    const atMs = performance.now();
    const idleMs = atMs - meter.feed(stats, atMs);
    const { action, afterMs } = rules();
    // Timers come a little early now and then.
    if (action === 'off' || idleMs + 10 < afterMs) return;
    meter.reset();
    await sleep.sleep(id, action, { text: `not used for ${Math.round(idleMs / 60_000)} min`, mayBeLeft });
  }
}
