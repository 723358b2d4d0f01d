import { describeError } from '../shared/describeError.ts';
import type { Log } from '../shared/log.ts';
import type { EngineSource } from './containerEngine.ts';
import { killSession, type SessionPlace } from './endProcesses.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** Sessions that were to end while nothing in their containers could be: they end as soon as those run again. */
export class UnendedSessions {
  private readonly engines: Pick<EngineSource, 'get'>;
  private readonly log: Pick<Log, 'warn'>;
  private readonly places = new Map<string, readonly SessionPlace[]>();

  constructor(
    store: Pick<WorkspaceStore, 'onDidChange'>,
    engines: Pick<EngineSource, 'get'>,
    log: Pick<Log, 'warn'>,
  ) {
    this.engines = engines;
    this.log = log;
    store.onDidChange(({ id, current }) => {
      if (current?.container.kind === 'running') void this.endAll(id, current.container.id);
      else if (!current) this.places.delete(id);
    });
  }

  add(workspaceId: string, place: SessionPlace): void {
    this.places.set(workspaceId, [...(this.places.get(workspaceId) ?? []), place]);
  }

  private async endAll(workspaceId: string, containerId: string): Promise<void> {
    const places = this.places.get(workspaceId) ?? [];
    this.places.delete(workspaceId);
    for (const place of places.filter((each) => each.containerId === containerId))
      try {
        await killSession(await this.engines.get(), place);
      } catch (error) {
        this.log.warn(`The processes of a session could not be ended later: ${describeError(error)}`);
      }
  }
}
