import { setTimeout as delay } from 'node:timers/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { FailureLog } from '../../shared/failureLog.ts';
import { containerIdOf } from '../../workspaces/containerState.ts';
import type { ContainerFiles } from '../../workspaces/inside/containerFiles.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import type { OpenFolders } from '../openFolders.ts';
import type { CordonSettings } from '../cordonSettings.ts';
import type { Settings } from '../settings.ts';
import { mostActive } from '../statusBar.ts';
import { OtherExtensions } from './otherExtensions.ts';
import type { ServedFolder, ServerRuns } from './serverRuns.ts';
import { wantedEntries } from './wantedEntries.ts';

export interface LanguageServerParts {
  readonly service: Pick<WorkspaceService, 'list' | 'get' | 'openSession' | 'onDidChange'>;
  readonly folders: Pick<OpenFolders, 'list' | 'of' | 'onDidChange'>;
  readonly settings: Pick<Settings, 'current' | 'onDidChange'>;
  readonly files: Pick<ContainerFiles, 'programs'>;
  readonly memory: vscode.Memento;
  readonly failures: FailureLog;
}

/** A workspace that was put to sleep is woken no more often than this. */
const wakeEveryMs = 5000;

/**
 * Runs language servers in the workspaces of the open folders, while a document is open that they are for. What speaks
 * the protocol is loaded when the first of them can run.
 */
export class LanguageServers implements Disposable {
  private readonly store = new DisposableStore();
  private readonly parts: LanguageServerParts;
  private readonly otherExtensions: OtherExtensions;
  private loading: Promise<ServerRuns> | undefined;
  private loaded: ServerRuns | undefined;
  private nextWakeMs = 0;
  private isDisposed = false;

  constructor(parts: LanguageServerParts) {
    this.parts = parts;
    this.otherExtensions = new OtherExtensions(parts.memory);
    const check = () => void this.check();
    this.store.add(parts.service.onDidChange(check));
    this.store.add(parts.folders.onDidChange(check));
    this.store.add(vscode.workspace.onDidOpenTextDocument(check));
    this.store.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        void this.wake(document.uri);
      }),
    );
    this.store.add(
      parts.settings.onDidChange(({ previous, current }) => {
        const used = ({ languageServers, pathPatterns }: CordonSettings) =>
          JSON.stringify([languageServers, pathPatterns]);
        if (previous && used(previous) === used(current)) return;
        this.loaded?.endAll();
        check();
      }),
    );
  }

  /** The servers of this window, those that were given up included. */
  list(): ReturnType<ServerRuns['list']> {
    return this.loaded?.list() ?? [];
  }

  /** Servers that the person left to an extension outside of the container. */
  declined(): readonly string[] {
    return this.otherExtensions.declined();
  }

  /** Lets such a server run in containers again. */
  async takeBack(name: string): Promise<void> {
    await this.otherExtensions.takeBack(name);
    await this.check();
  }

  dispose(): void {
    this.isDisposed = true;
    this.store.dispose();
    this.loaded?.dispose();
  }

  private async check(): Promise<void> {
    const targets = this.targets();
    const isWanted = targets.some(
      ({ workspace, folder }) =>
        workspace.container.kind === 'running' &&
        wantedEntries(this.parts.settings.current.languageServers, folder.uri).length > 0,
    );
    if (!isWanted && !this.loading) return;
    try {
      this.loading ??= this.load();
      await (await this.loading).sync();
    } catch (error) {
      this.parts.failures.write('The language servers could not be brought up to date', error);
    }
  }

  private async load(): Promise<ServerRuns> {
    const { ServerRuns } = await import('./serverRuns.ts');
    const targets = () => (this.isDisposed ? [] : this.targets());
    const runs = new ServerRuns(this.parts, this.otherExtensions, targets);
    if (!this.isDisposed) this.loaded = runs;
    return runs;
  }

  /** The workspaces of the open folders whose containers are there: of several of a folder the most active. */
  private targets(): readonly ServedFolder[] {
    const { service, folders } = this.parts;
    const workspaces = service.list().filter(({ frozen }) => !frozen);
    return (vscode.workspace.workspaceFolders ?? []).flatMap((folder) => {
      const workspace = mostActive(
        workspaces.filter(
          (each) => folders.of(each)?.path === folder.uri.fsPath && folder.uri.scheme === 'file',
        ),
      );
      const kind = workspace?.container.kind;
      const containerId = workspace && containerIdOf(workspace.container);
      if (!workspace || containerId === undefined || (kind !== 'running' && kind !== 'paused')) return [];
      return [{ workspace, folder, containerId }];
    });
  }

  /** Whoever edits a document uses its workspace, also one that was put to sleep because nobody did. */
  private async wake(uri: vscode.Uri): Promise<void> {
    const now = performance.now();
    if (!this.loaded || uri.scheme !== 'file' || now < this.nextWakeMs) return;
    const paused = this.targets().find(
      ({ workspace, folder }) =>
        workspace.container.kind === 'paused' && isBelow(uri.fsPath, folder.uri.fsPath),
    );
    if (!paused) return;
    this.nextWakeMs = now + wakeEveryMs;
    // One that the person paused themselves stays as it is.
    await this.parts.service
      .openSession(paused.workspace.id, { kind: 'command', command: ['true'], cwd: '/' })
      .then(async (session) => {
        session.stdout.resume();
        session.stderr.resume();
        await Promise.race([session.exitCode, delay(wakeEveryMs)]);
      })
      .catch(() => undefined);
  }
}

function isBelow(file: string, folder: string): boolean {
  return file.startsWith(folder + path.sep);
}
