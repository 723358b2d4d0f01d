import { DisposableStore, type Disposable } from '../shared/disposable.ts';
import { Emitter, type Event } from '../shared/event.ts';
import type { EngineSource, EngineState } from './containerEngine.ts';
import type { ContainerEvent } from './engineEvents.ts';
import { applyEvent, containerIdOf, isOfEarlierRun } from './containerState.ts';
import type { OwnResumes } from './ownResumes.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/**
 * `disorder`: an event came late. `unknownState`: no event told of the container of a workspace, which another window
 * made, say. `contradiction`: another window takes its container for something else. `unknownWorkspace`: a container was
 * started of which there is no record.
 */
export type Doubt = 'disorder' | 'unknownState' | 'contradiction' | 'unknownWorkspace';

/** Keeps container states as the engine's events tell them. */
export class Tracker implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly held = new Map<string, ContainerEvent[]>();
  private readonly store: WorkspaceStore;
  private readonly isBusy: (workspaceId: string) => boolean;
  private readonly ownResumes: Pick<OwnResumes, 'take' | 'isOver'>;
  /** Time of the latest event of each workspace by the engine's clock, in milliseconds. */
  private readonly latestMs = new Map<string, number>();
  private readonly doubts = new Emitter<Doubt>();
  private holdsAll = false;
  /** Set while the engine is gone: whatever an operation or an older event says of it then is out of date. */
  private lost: Extract<EngineState, { kind: 'unavailable' }> | undefined;

  /** Fires when events alone do not tell what is so, and the engine is to be asked. */
  readonly onDidDoubt: Event<Doubt> = this.doubts.event;

  constructor(
    store: WorkspaceStore,
    engines: Pick<EngineSource, 'onDidReceiveEvent' | 'onDidChangeState'>,
    isBusy: (workspaceId: string) => boolean,
    ownResumes: Pick<OwnResumes, 'take' | 'isOver'>,
  ) {
    this.store = store;
    this.ownResumes = ownResumes;
    this.isBusy = isBusy;
    this.subscriptions.add(
      engines.onDidReceiveEvent((event) => {
        this.receive(event);
      }),
    );
    this.subscriptions.add(
      engines.onDidChangeState((state) => {
        if (state.kind === 'unavailable') this.lose(state);
        else if (state.kind === 'connected') this.lost = undefined;
      }),
    );
    this.subscriptions.add(
      store.onDidChange(({ id, current }) => {
        if (this.lost) return;
        if (current?.container.kind === 'unknown') this.doubts.fire('unknownState');
        else if (store.isContradictory(id)) this.doubts.fire('contradiction');
      }),
    );
  }

  /** Holds events back while `list` asks the engine for everything, so that its older answer cannot undo a newer event. */
  async holdWhile<T>(list: () => Promise<T>): Promise<T> {
    this.holdsAll = true;
    try {
      return await list();
    } finally {
      this.holdsAll = false;
      // The list is right whatever came before it, and the engine's clock may have been moved.
      this.latestMs.clear();
      for (const id of [...this.held.keys()]) this.release(id);
    }
  }

  /** Applies what was held back while an operation worked on the workspace; the operation's own result came first. */
  release(workspaceId: string): void {
    if (this.holdsAll || this.isBusy(workspaceId)) return;
    const events = this.held.get(workspaceId);
    this.held.delete(workspaceId);
    if (!this.store.has(workspaceId)) this.latestMs.delete(workspaceId);
    if (this.lost) this.forgetState(workspaceId, this.lost);
    if (this.lost || !events || !this.store.has(workspaceId)) return;
    const before = this.store.container(workspaceId);
    this.store.setContainer(
      workspaceId,
      events
        .filter(
          (event) =>
            !isOfEarlierRun(before, event) && this.isInOrder(event) && !this.ownResumes.isOver(event),
        )
        .reduce(applyEvent, before),
    );
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.doubts.dispose();
    this.held.clear();
  }

  private receive(event: ContainerEvent): void {
    const id = event.workspaceId;
    this.ownResumes.take(event);
    // Made or removed by another window: what it stored tells more than the event.
    if (!this.store.has(id) || event.action === 'destroy') this.store.syncFromStorage();
    if (!this.store.has(id)) {
      this.latestMs.delete(id);
      if (event.action === 'start') this.doubts.fire('unknownWorkspace');
      return;
    }
    if (this.holdsAll || this.isBusy(id)) {
      this.held.set(id, [...(this.held.get(id) ?? []), event]);
      return;
    }
    const before = this.store.container(id);
    if (isOfEarlierRun(before, event)) this.doubts.fire('disorder');
    else if (this.isInOrder(event) && !this.ownResumes.isOver(event))
      this.store.setContainer(id, applyEvent(before, event));
  }

  /** An event that is older than one that was told before may tell of what is past. */
  private isInOrder({ workspaceId, timeMs }: ContainerEvent): boolean {
    const isLate = timeMs < (this.latestMs.get(workspaceId) ?? 0);
    if (isLate) this.doubts.fire('disorder');
    else this.latestMs.set(workspaceId, timeMs);
    return !isLate;
  }

  private lose(state: Extract<EngineState, { kind: 'unavailable' }>): void {
    this.lost = state;
    this.held.clear();
    for (const { id } of this.store.records()) this.forgetState(id, state);
  }

  private forgetState(id: string, { error }: Extract<EngineState, { kind: 'unavailable' }>): void {
    if (!this.store.has(id) || this.store.get(id)?.status === 'archived') return;
    const containerId = containerIdOf(this.store.container(id));
    this.store.setContainer(id, {
      kind: 'unknown',
      reason: error.message,
      ...(containerId !== undefined && { id: containerId }),
    });
  }
}
