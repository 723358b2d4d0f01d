import { describeError } from '../shared/describeError.ts';
import { hasCode } from '../shared/errors.ts';
import { KeyedQueue } from '../shared/keyedQueue.ts';
import type { Log } from '../shared/log.ts';
import type { EngineSource } from './containerEngine.ts';
import { killSession, type SessionPlace } from './endProcesses.ts';
import type { Workspace } from './workspace.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/**
 * Sessions that were to end while nothing in their containers could be, or whose connection was lost while their
 * processes live on: they end as soon as the containers run, as far as the engine can tell.
 */
export class UnendedSessions {
  private readonly store: Pick<WorkspaceStore, 'get'>;
  private readonly engines: Pick<EngineSource, 'get'>;
  private readonly log: Pick<Log, 'warn'>;
  private readonly places = new Map<string, ReadonlySet<SessionPlace>>();
  private readonly queue = new KeyedQueue();

  constructor(
    store: Pick<WorkspaceStore, 'get' | 'onDidChange'>,
    engines: Pick<EngineSource, 'get'>,
    log: Pick<Log, 'warn'>,
  ) {
    this.store = store;
    this.engines = engines;
    this.log = log;
    store.onDidChange(({ id, current }) => {
      if (!this.places.has(id)) return;
      if (current?.container.kind === 'running') this.endAll(id);
      else if (hasNoProcess(current)) this.places.delete(id);
    });
  }

  add(workspaceId: string, place: SessionPlace): void {
    this.places.set(workspaceId, new Set([...(this.places.get(workspaceId) ?? []), place]));
    this.endAll(workspaceId);
  }

  /** One look after the other, so that none of them misses what another one could not end. */
  private endAll(workspaceId: string): void {
    void this.queue.run(workspaceId, undefined, async () => {
      for (const place of this.places.get(workspaceId) ?? []) {
        const container = this.store.get(workspaceId)?.container;
        if (container?.kind !== 'running') return;
        if (container.id !== place.containerId || (await this.end(place))) this.forget(workspaceId, place);
      }
    });
  }

  /** False where it is to be tried again when the engine is back. */
  private async end(place: SessionPlace): Promise<boolean> {
    try {
      await killSession(await this.engines.get(), place);
      return true;
    } catch (error) {
      this.log.warn(`The processes of a session could not be ended later: ${describeError(error)}`);
      return !hasCode(error, 'engineUnavailable') && !hasCode(error, 'notRunning');
    }
  }

  private forget(workspaceId: string, place: SessionPlace): void {
    const left = [...(this.places.get(workspaceId) ?? [])].filter((each) => each !== place);
    if (left.length > 0) this.places.set(workspaceId, new Set(left));
    else this.places.delete(workspaceId);
  }
}

function hasNoProcess(workspace: Workspace | undefined): boolean {
  const kind = workspace?.container.kind;
  return kind === undefined || kind === 'absent' || kind === 'stopped' || kind === 'failed';
}
