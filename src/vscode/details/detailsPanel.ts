import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { Event } from '../../shared/event.ts';
import type { Log } from '../../shared/log.ts';
import type { LatestReports } from '../../workspaces/latestReports.ts';
import type { EgressWatch } from '../../workspaces/proxy/egressWatch.ts';
import type { Timeline } from '../../workspaces/timeline/timeline.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { withoutControlCharacters } from '../format.ts';
import type { DetailsEvent, MessageToPage } from './detailsMessages.ts';
import { detailsState, goneState } from './detailsState.ts';
import { loadDetailsPage } from './loadDetailsPage.ts';
import { LogTail } from './logTail.ts';
import { NamesSection } from './namesSection.ts';
import { parseMessage } from './parseFromPage.ts';
import { ReportSection } from './reportSection.ts';
import type { ResourceSource } from './resourceSource.ts';
import { TimelineSection } from './timelineSection.ts';

export { parseWorkspaceId } from './parseFromPage.ts';

/** With what a details view works. */
export interface DetailsParts {
  readonly service: Pick<
    WorkspaceService,
    'get' | 'sessions' | 'endedSessions' | 'onDidChange' | 'isolationReport' | 'followLogs'
  >;
  readonly timeline: Pick<Timeline, 'entries' | 'onDidRecord'>;
  readonly egress: Pick<EgressWatch, 'names' | 'onDidTry'>;
  readonly latestReports: Pick<LatestReports, 'get' | 'onDidChange'>;
  readonly resources: ResourceSource;
  readonly log: Pick<Log, 'debug'>;
  readonly extensionUri: vscode.Uri;
}

/** The details of one workspace in an editor. It looks at what the workspace uses and prints only while it can be seen. */
export class DetailsPanel implements Disposable {
  private readonly store = new DisposableStore();
  private readonly panel: vscode.WebviewPanel;
  private readonly workspaceId: string;
  private readonly parts: DetailsParts;
  private readonly log: LogTail;
  private readonly report: ReportSection;
  private readonly timeline: TimelineSection;
  private readonly names: NamesSection;
  private looking: Disposable | undefined;
  private name: string;
  /** The container whose output is followed. */
  private followed: string | undefined;
  private isDisposed = false;

  constructor(panel: vscode.WebviewPanel, workspaceId: string, parts: DetailsParts) {
    const { service, timeline, latestReports, resources } = parts;
    this.panel = panel;
    this.workspaceId = workspaceId;
    this.parts = parts;
    this.name = service.get(workspaceId)?.name ?? '';
    this.log = this.store.add(
      new LogTail(service, (text) => {
        this.tell({ type: 'log', text });
      }),
    );
    this.report = new ReportSection(workspaceId, parts, (report) => {
      this.tell({ type: 'report', report });
    });
    const showEvents = (events: readonly DetailsEvent[]) => {
      this.tell({ type: 'timeline', events });
    };
    this.timeline = this.store.add(new TimelineSection(workspaceId, timeline, showEvents, parts.log));
    this.names = this.store.add(
      new NamesSection(workspaceId, parts, (names) => {
        this.tell({ type: 'names', names });
      }),
    );
    const ofThis = <T>(event: Event<T>, idOf: (value: T) => string, listener: (value: T) => void) =>
      this.store.add(
        event((value) => {
          if (idOf(value) === workspaceId) listener(value);
        }),
      );
    ofThis(
      service.onDidChange,
      ({ id }) => id,
      () => {
        this.tellState();
      },
    );
    ofThis(
      latestReports.onDidChange,
      (id) => id,
      () => {
        this.report.tell();
      },
    );
    ofThis(
      timeline.onDidRecord,
      (entry) => entry.workspaceId,
      (entry) => {
        this.timeline.add(entry);
      },
    );
    ofThis(
      resources.onDidSample,
      (sampled) => sampled.workspaceId,
      ({ sample }) => {
        this.tell({ type: 'sample', sample });
      },
    );
    this.store.add(
      panel.onDidChangeViewState(() => {
        this.followVisibility();
      }),
    );
    this.store.add(
      panel.webview.onDidReceiveMessage((message: unknown) => {
        this.receive(message);
      }),
    );
    loadDetailsPage(panel, parts.extensionUri, workspaceId);
    this.followVisibility();
  }

  dispose(): void {
    this.isDisposed = true;
    this.looking?.dispose();
    this.looking = undefined;
    this.store.dispose();
  }

  private receive(input: unknown): void {
    const message = parseMessage(input);
    switch (message?.type) {
      case 'ready':
        this.tellAll();
        return;
      case 'checkIsolation':
        void this.report.check();
        return;
      case 'editEgress':
      case 'exportTimeline':
      case 'showContainerLog':
        void vscode.commands.executeCommand(`cordon.${message.type}`, this.workspaceId);
        return;
      case 'allowName':
      case 'allowNameForNow':
      case 'denyName':
        this.names.decide(message.type, message.address);
        return;
      case undefined:
        this.parts.log.debug('A message of a details view was not understood.');
    }
  }

  private followVisibility(): void {
    if (this.panel.visible) {
      this.looking ??= this.parts.resources.look(this.workspaceId);
      return;
    }
    this.looking?.dispose();
    this.looking = undefined;
    this.log.dispose();
    this.followed = undefined;
  }

  /** The page is new: it was opened, or shown again. */
  private tellAll(): void {
    this.followed = undefined;
    this.tellState();
    this.tell({ type: 'samples', samples: this.parts.resources.history(this.workspaceId) });
    this.report.tell();
    void this.report.checkWhereUnknown();
    void this.timeline.tell();
  }

  private tellState(): void {
    const { service } = this.parts;
    const workspace = this.workspace();
    this.name = workspace?.name ?? this.name;
    this.panel.title = withoutControlCharacters(vscode.l10n.t('{0}: Details', this.name));
    const state = workspace
      ? detailsState(workspace, [
          ...service.sessions(workspace.id),
          ...service.endedSessions(workspace.id).filter(({ kind }) => kind !== 'languageServer'),
        ])
      : goneState(this.name);
    this.tell({ type: 'state', state });
    this.names.tell();
    if (workspace) this.followLog(workspace);
    // what was checked does not run any more
    if (!workspace?.isolation) this.report.tell();
  }

  private followLog({ id, container }: Workspace): void {
    const containerId = 'id' in container ? container.id : undefined;
    const run = 'startedAt' in container ? container.startedAt : '';
    const key = containerId === undefined ? undefined : `${containerId} ${run}`;
    if (!this.panel.visible || key === undefined || key === this.followed) return;
    this.followed = key;
    void this.log.follow(id);
  }

  private workspace(): Workspace | undefined {
    return this.parts.service.get(this.workspaceId);
  }

  /** A page that cannot be seen does not exist; it asks for everything when it is shown again. */
  private tell(message: MessageToPage): void {
    if (!this.isDisposed && this.panel.visible) void this.panel.webview.postMessage(message);
  }
}
