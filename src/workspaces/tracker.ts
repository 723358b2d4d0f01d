import { DisposableStore, type Disposable } from '../shared/disposable.ts';
import type { EngineSource, EngineState } from './containerEngine.ts';
import type { ContainerEvent } from './engineEvents.ts';
import { applyEvent, containerIdOf } from './containerState.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** Keeps container states as the engine's events tell them. */
export class Tracker implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly held = new Map<string, ContainerEvent[]>();
  private readonly store: WorkspaceStore;
  private readonly isBusy: (workspaceId: string) => boolean;
  private holdsAll = false;
  /** Set while the engine is gone: whatever an operation or an older event says of it then is out of date. */
  private lost: Extract<EngineState, { kind: 'unavailable' }> | undefined;

  constructor(
    store: WorkspaceStore,
    engines: Pick<EngineSource, 'onDidReceiveEvent' | 'onDidChangeState'>,
    isBusy: (workspaceId: string) => boolean,
  ) {
    this.store = store;
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
  }

  /** Holds events back while `list` asks the engine for everything, so that its older answer cannot undo a newer event. */
  async holdWhile<T>(list: () => Promise<T>): Promise<T> {
    this.holdsAll = true;
    try {
      return await list();
    } finally {
      this.holdsAll = false;
      for (const id of [...this.held.keys()]) this.release(id);
    }
  }

  /** Applies what was held back while an operation worked on the workspace; the operation's own result came first. */
  release(workspaceId: string): void {
    if (this.holdsAll || this.isBusy(workspaceId)) return;
    const events = this.held.get(workspaceId);
    this.held.delete(workspaceId);
    if (this.lost) this.forgetState(workspaceId, this.lost);
    if (this.lost || !events) return;
    const before = this.store.container(workspaceId);
    this.store.setContainer(workspaceId, events.reduce(applyEvent, before));
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.held.clear();
  }

  private receive(event: ContainerEvent): void {
    const id = event.workspaceId;
    if (!this.store.has(id)) this.store.syncFromStorage();
    if (!this.store.has(id)) return;
    if (this.holdsAll || this.isBusy(id)) {
      this.held.set(id, [...(this.held.get(id) ?? []), event]);
      return;
    }
    this.store.setContainer(id, applyEvent(this.store.container(id), event));
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
