import { describeError } from '../../shared/describeError.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { Log } from '../../shared/log.ts';
import type { EngineSource } from '../containerEngine.ts';
import type { ActivityEvent, ContainerEvent } from '../engineEvents.ts';
import { containerIdOf } from '../containerState.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import type { ForeignExecs } from './foreignExecs.ts';
import type { ForeignNetworks } from './foreignNetworks.ts';
import type { ForeignUpdates } from './foreignUpdates.ts';
import type { MemoryKills } from './memoryKills.ts';
import type { StatsWatch } from './statsWatch.ts';

interface Watches {
  readonly foreignExecs: ForeignExecs;
  readonly foreignNetworks: ForeignNetworks;
  readonly foreignUpdates: ForeignUpdates;
  readonly memoryKills: MemoryKills;
  readonly stats: Pick<StatsWatch, 'lookClosely' | 'lookAgain'>;
}

/** Hands what the engine tells of the containers of workspaces to those who look for trouble in it. */
export class Monitor implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly store: Pick<WorkspaceStore, 'has' | 'list' | 'syncFromStorage'>;
  private readonly watches: Watches;
  private readonly log: Log;
  /** Workspaces of containers that may be too new for the store to know, by container id. */
  private readonly owners = new Map<string, string>();

  constructor(parts: {
    store: Pick<WorkspaceStore, 'has' | 'list' | 'syncFromStorage'>;
    engines: Pick<EngineSource, 'onDidReceiveEvent' | 'onDidReceiveActivity'>;
    watches: Watches;
    log: Log;
  }) {
    this.store = parts.store;
    this.watches = parts.watches;
    this.log = parts.log;
    this.subscriptions.add(
      parts.engines.onDidReceiveEvent((event) => {
        this.receiveEvent(event);
      }),
    );
    this.subscriptions.add(
      parts.engines.onDidReceiveActivity((activity) => {
        this.receiveActivity(activity);
      }),
    );
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private receiveEvent(event: ContainerEvent): void {
    const { workspaceId, containerId, action } = event;
    if (action === 'destroy') this.owners.delete(containerId);
    else this.owners.set(containerId, workspaceId);
    if (!this.isOurs(workspaceId)) return;
    if (action === 'oom') this.guard(this.watches.memoryKills.report(event));
    if (action === 'update' || action === 'rename') this.guard(this.watches.foreignUpdates.check(event));
  }

  private receiveActivity(activity: ActivityEvent): void {
    this.watches.memoryKills.remember(activity);
    if (activity.kind === 'exec' && this.isOurs(activity.workspaceId)) this.guard(this.receiveExec(activity));
    if (activity.kind === 'networkConnect') {
      const workspaceId = this.ownerOf(activity.containerId);
      if (workspaceId !== undefined && this.isOurs(workspaceId))
        this.guard(this.watches.foreignNetworks.check(workspaceId, activity));
    }
  }

  private async receiveExec(exec: Extract<ActivityEvent, { kind: 'exec' }>): Promise<void> {
    const origin = await this.watches.foreignExecs.originOf(exec);
    if (origin === 'own') this.watches.stats.lookAgain(exec.workspaceId);
    if (origin !== 'foreign') return;
    this.watches.stats.lookClosely(exec.workspaceId);
    await this.watches.foreignExecs.report(exec);
  }

  private isOurs(workspaceId: string): boolean {
    if (!this.store.has(workspaceId)) this.store.syncFromStorage();
    return this.store.has(workspaceId);
  }

  private ownerOf(containerId: string): string | undefined {
    return (
      this.owners.get(containerId) ??
      this.store.list().find(({ container }) => containerIdOf(container) === containerId)?.id
    );
  }

  /** What cannot be checked now, because the engine is lost for instance, is no end of watching. */
  private guard(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.log.warn(`Something could not be checked: ${describeError(error)}`);
    });
  }
}
