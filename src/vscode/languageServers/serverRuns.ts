import * as vscode from 'vscode';
import type { LanguageServerEntry } from '../../languageServers/catalogue.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import { Rounds } from '../../shared/rounds.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import { withoutIcons } from '../inertText.ts';
import { documentsOf } from './documentSelectors.ts';
import type { LanguageServerParts } from './languageServers.ts';
import type { OtherExtensions } from './otherExtensions.ts';
import { ServerPrograms } from './serverPrograms.ts';
import { ServerRun } from './serverRun.ts';
import { ServerStatus } from './serverStatus.ts';
import { sharedFolder, type SharedFolder } from './sharedFolder.ts';
import { wantedEntries } from './wantedEntries.ts';

/** A workspace whose container is there, and the open folder that it runs. */
export interface ServedFolder {
  readonly workspace: Workspace;
  readonly folder: vscode.WorkspaceFolder;
  readonly containerId: string;
}

interface Served {
  readonly containerId: string;
  readonly runs: Map<string, { readonly run: ServerRun; readonly status: ServerStatus }>;
  readonly programs: ServerPrograms;
}

/** The language servers of this window, by workspace. */
export class ServerRuns implements Disposable {
  private readonly parts: LanguageServerParts;
  private readonly served = new Map<string, Served>();
  /** By workspace; outlive its servers, for what is typed while none runs. */
  private readonly shared = new Map<string, SharedFolder>();
  private readonly channels = new Map<string, vscode.LogOutputChannel>();
  private readonly otherExtensions: OtherExtensions;
  private readonly rounds = new Rounds(() => this.bringUpToDate());
  private readonly target: () => readonly ServedFolder[];
  private readonly listening = new DisposableStore();
  private isDisposed = false;
  private lastPrefix = 0;

  /** `target` says which workspaces can have servers now. */
  constructor(
    parts: LanguageServerParts,
    otherExtensions: OtherExtensions,
    target: () => readonly ServedFolder[],
  ) {
    this.parts = parts;
    this.otherExtensions = otherExtensions;
    this.target = target;
    this.listening.add(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const what = contentChanges.length > 0 ? 'text' : 'state';
        for (const { texts } of this.shared.values()) texts.changed(document.uri.toString(), what);
      }),
    );
    this.listening.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        for (const { texts } of this.shared.values()) texts.forget(uri.toString());
      }),
    );
  }

  /** Starts what is wanted and does not run, and ends what must not run any more. */
  async sync(): Promise<void> {
    await this.rounds.run('');
  }

  /** Ends all servers, so that they start by other settings. */
  endAll(): void {
    for (const id of [...this.served.keys()]) this.leave(id);
    this.shared.clear();
  }

  list(): readonly ServerRun[] {
    return [...this.served.values()].flatMap(({ runs }) => [...runs.values()].map(({ run }) => run));
  }

  dispose(): void {
    this.isDisposed = true;
    this.listening.dispose();
    this.endAll();
    for (const channel of this.channels.values()) channel.dispose();
  }

  private async bringUpToDate(): Promise<void> {
    const targets = this.target();
    for (const [id, { containerId }] of [...this.served])
      if (!targets.some(({ workspace, containerId: own }) => workspace.id === id && own === containerId))
        this.leave(id);
    await Promise.all(targets.map((target) => this.serve(target)));
  }

  private async serve(target: ServedFolder): Promise<void> {
    const { workspace, folder, containerId } = target;
    // One that is paused keeps what it has.
    if (workspace.container.kind !== 'running' || this.isDisposed) return;
    const served: Served = this.served.get(workspace.id) ?? {
      ...{ containerId, runs: new Map(), programs: new ServerPrograms(this.parts.files, workspace.id) },
    };
    this.served.set(workspace.id, served);
    const all = wantedEntries(this.parts.settings.current.languageServers, folder.uri);
    const declined = all.filter((entry) => !this.otherExtensions.isWanted(entry));
    const wanted = all.filter((entry) => !declined.includes(entry) && !this.runs(served, entry));
    const found = await served.programs.find(wanted.map(programOf));
    if (!found) return;
    // Left or disposed meanwhile.
    if (this.served.get(workspace.id) !== served) return;
    // What the person left to an extension is not for another server either.
    const running = [...served.runs.values()].map(({ run }) => run.parts.entry);
    const taken = new Set([...running, ...declined].flatMap(({ languages }) => languages));
    for (const entry of wanted) {
      if (!found.has(programOf(entry))) continue;
      // Of several servers for a language the first that is there does.
      if (entry.languages.length > 0 && entry.languages.every((language) => taken.has(language))) continue;
      for (const language of entry.languages) taken.add(language);
      this.start(target, served, entry);
    }
  }

  private runs(served: Served, entry: LanguageServerEntry): boolean {
    const known = served.runs.get(entry.name);
    if (known?.run.state === 'over') {
      known.status.dispose();
      served.runs.delete(entry.name);
    }
    return served.runs.has(entry.name);
  }

  private start({ workspace, folder }: ServedFolder, served: Served, entry: LanguageServerEntry): void {
    const channel = this.channel(workspace, entry);
    const run = new ServerRun({
      workspaceId: workspace.id,
      entry,
      folder,
      channel,
      gate: {
        ...this.sharedFolder(workspace, folder),
        commandPrefix: `cordon.languageServer.${++this.lastPrefix}.`,
        mayEditByItself: workspace.mount === 'live',
        sections: entry.settings,
        refused: (what) => {
          channel.warn(`Refused: ${what}`);
        },
      },
      service: this.parts.service,
    });
    const status = new ServerStatus(run, workspace.name, documentsOf(entry, folder.uri));
    served.runs.set(entry.name, { run, status });
    const listening = run.onDidChange((state) => {
      // By now the extensions are active that the document made active.
      if (state === 'running') void this.tellOther(run, status, workspace.name, listening);
    });
  }

  private async tellOther(
    run: ServerRun,
    status: ServerStatus,
    workspaceName: string,
    listening: Disposable,
  ): Promise<void> {
    listening.dispose();
    if (await this.otherExtensions.tell(run.parts.entry, workspaceName)) return;
    run.dispose();
    status.dispose();
  }

  private sharedFolder(workspace: Workspace, folder: vscode.WorkspaceFolder): SharedFolder {
    const { pathPatterns } = this.parts.settings.current;
    const shared = this.shared.get(workspace.id) ?? sharedFolder(workspace, folder, pathPatterns);
    this.shared.set(workspace.id, shared);
    return shared;
  }

  private channel(workspace: Workspace, entry: LanguageServerEntry): vscode.LogOutputChannel {
    const name = withoutIcons(`Cordon: ${entry.name} (${workspace.name})`);
    const channel = this.channels.get(name) ?? vscode.window.createOutputChannel(name, { log: true });
    this.channels.set(name, channel);
    return channel;
  }

  private leave(workspaceId: string): void {
    const store = new DisposableStore();
    for (const { run, status } of this.served.get(workspaceId)?.runs.values() ?? []) {
      store.add(run);
      store.add(status);
    }
    this.served.delete(workspaceId);
    store.dispose();
  }
}

function programOf({ command: [program = ''] }: LanguageServerEntry): string {
  return program;
}
