import type { IsolationReport } from '../isolation/isolationReport.ts';
import { Emitter, type Event } from '../shared/event.ts';
import { containerIdOf } from './containerState.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** The last isolation report of each workspace whose checked container is still the one that runs. */
export class LatestReports {
  private readonly reports = new Map<
    string,
    { readonly containerId: string; readonly report: IsolationReport }
  >();
  private readonly changes = new Emitter<string>();
  private readonly store: Pick<WorkspaceStore, 'get'>;

  /** Fires the id of a workspace that was checked. */
  readonly onDidChange: Event<string> = this.changes.event;

  constructor(store: Pick<WorkspaceStore, 'get'>) {
    this.store = store;
  }

  keep(workspaceId: string, containerId: string, report: IsolationReport): void {
    for (const id of this.reports.keys()) if (!this.store.get(id)) this.reports.delete(id);
    this.reports.set(workspaceId, { containerId, report });
    this.changes.fire(workspaceId);
  }

  /** `undefined` where nothing was checked since this window is open, or the workspace was stopped since. */
  get(workspaceId: string): IsolationReport | undefined {
    const workspace = this.store.get(workspaceId);
    const kept = this.reports.get(workspaceId);
    const isCurrent =
      workspace?.isolation !== undefined && containerIdOf(workspace.container) === kept?.containerId;
    return isCurrent ? kept?.report : undefined;
  }
}
