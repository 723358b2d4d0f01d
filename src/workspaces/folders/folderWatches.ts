import { PathRules, type PathPatterns } from '../../isolation/pathRules.ts';
import { describeError } from '../../shared/describeError.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import { Emitter, type Event } from '../../shared/event.ts';
import type { Log } from '../../shared/log.ts';
import type { Workspace } from '../workspace.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import { FailedLooks } from './failedLooks.ts';
import type { FolderWatch } from './folderWatch.ts';

/** What a folder's watch tells. */
export type FolderFollowing = Pick<
  FolderWatch,
  'onDidChange' | 'isComplete' | 'isCached' | 'current' | 'dispose'
>;

/** Begins to watch a folder. */
export type WatchFolder = (root: string, rules: PathRules, log: Log) => FolderFollowing;

/** A watch goes on for as long after its last workspace stopped, so that a start soon after it needs no search. */
const lingerMs = 120_000;

interface Watched {
  readonly watch: FolderFollowing;
  readonly patterns: string;
  readonly workspaces: Set<string>;
  linger: NodeJS.Timeout | undefined;
}

/** One watch for each folder of which workspaces run, shared by them. */
export class FolderWatches implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly changes = this.subscriptions.add(new Emitter<string>());
  private readonly watched = new Map<string, Watched>();
  /** The workspaces that run or are paused, whoever watches them. */
  private readonly running = new Set<string>();
  /** The folder of each workspace that runs, with its symbolic links resolved. */
  private readonly roots = new Map<string, string>();
  /** By workspace: the folders that could not be looked up. */
  private readonly failedLookups: FailedLooks;
  private readonly isWatchedHere: (workspace: Workspace) => boolean;
  private readonly resolveFolder: (folderUri: string) => Promise<string>;
  private readonly patterns: () => PathPatterns;
  private readonly watchFolder: WatchFolder;
  private readonly log: Log;
  private isEnded = false;

  /** Fires the folder in which a protected or hidden path changed, or whose watch began. */
  readonly onDidChange = this.changes.event;

  constructor(parts: {
    store: Pick<WorkspaceStore, 'list' | 'get' | 'onDidChange'>;
    /** Of many windows, the one that has the folder open or started the workspace watches it. */
    isWatchedHere: (workspace: Workspace) => boolean;
    /** Another window may be the one that has a folder open from now on. */
    onDidChangeOpenFolders: Event<unknown>;
    resolveFolder: (folderUri: string) => Promise<string>;
    patterns: () => PathPatterns;
    watchFolder: WatchFolder;
    log: Log;
  }) {
    this.isWatchedHere = parts.isWatchedHere;
    this.resolveFolder = parts.resolveFolder;
    this.patterns = parts.patterns;
    this.watchFolder = parts.watchFolder;
    this.log = parts.log;
    this.failedLookups = this.subscriptions.add(
      new FailedLooks({
        runs: (id) => this.running.has(id),
        lookAgain: (id) => {
          const workspace = parts.store.get(id);
          if (workspace) void this.begin(workspace);
        },
      }),
    );
    this.subscriptions.add(
      parts.store.onDidChange(({ id, current }) => {
        this.follow(id, current);
      }),
    );
    const followAll = () => {
      for (const workspace of parts.store.list()) this.follow(workspace.id, workspace);
    };
    this.subscriptions.add(parts.onDidChangeOpenFolders(followAll));
    followAll();
  }

  /** The watch of a folder, as long as it follows the patterns of now. */
  of(root: string): FolderFollowing | undefined {
    const watched = this.watched.get(root);
    return watched?.patterns === JSON.stringify(this.patterns()) ? watched.watch : undefined;
  }

  /** The watch of a folder by the patterns of its last start: what changes in the settings since is for the next one. */
  latestOf(root: string): FolderFollowing | undefined {
    return this.watched.get(root)?.watch;
  }

  /** The workspaces of a folder that run or are paused. */
  workspacesOf(root: string): readonly string[] {
    return [...this.roots].filter(([, each]) => each === root).map(([id]) => id);
  }

  /** The folder of a workspace that runs or is paused. */
  rootOf(workspaceId: string): string | undefined {
    return this.roots.get(workspaceId);
  }

  /**
   * The folder of a workspace, which this window watches from now on, whoever else does; `undefined` where the workspace
   * does not run. Rejects where the folder cannot be looked up.
   */
  async rootFor({ id, folder }: Pick<Workspace, 'id' | 'folder'>): Promise<string | undefined> {
    const known = this.roots.get(id);
    if (known !== undefined) return known;
    const root = await this.resolveFolder(folder);
    // It may have stopped meanwhile, or somebody else was faster.
    if (!this.running.has(id) || this.roots.has(id) || this.isEnded) return this.roots.get(id);
    this.failedLookups.delete(id);
    this.roots.set(id, root);
    this.watch(root).workspaces.add(id);
    this.changes.fire(root);
    return root;
  }

  /** The watched folder that holds an absolute path. */
  rootAbove(path: string): string | undefined {
    return [...this.watched.keys()].find(
      (root) => path.startsWith(`${root}/`) || path.startsWith(`${root}\\`),
    );
  }

  dispose(): void {
    this.isEnded = true;
    this.subscriptions.dispose();
    for (const { watch, linger } of this.watched.values()) {
      clearTimeout(linger);
      watch.dispose();
    }
    this.watched.clear();
  }

  private follow(id: string, workspace: Workspace | undefined): void {
    const kind = workspace?.container.kind;
    if (workspace && (kind === 'running' || kind === 'paused')) {
      this.running.add(id);
      // What failed is tried again soon anyway.
      const isBegun = this.roots.has(id) || this.failedLookups.has(id);
      if (!isBegun && this.isWatchedHere(workspace)) void this.begin(workspace);
    } else if (kind !== 'unknown') {
      this.running.delete(id);
      this.failedLookups.delete(id);
      this.end(id);
    }
  }

  private async begin(workspace: Workspace): Promise<void> {
    const { id, name } = workspace;
    try {
      await this.rootFor(workspace);
    } catch (error) {
      if (!this.running.has(id)) return;
      const line = `The folder of "${name}" is not watched: ${describeError(error)}`;
      // Told once, however often it is tried.
      if (this.failedLookups.has(id)) this.log.debug(line);
      else this.log.warn(line);
      this.failedLookups.add(id);
    }
  }

  private watch(root: string): Watched {
    const patterns = JSON.stringify(this.patterns());
    const known = this.watched.get(root);
    clearTimeout(known?.linger);
    if (known?.patterns === patterns) return known;
    known?.watch.dispose();
    const watch = this.watchFolder(root, new PathRules(this.patterns()), this.log);
    watch.onDidChange(() => {
      this.changes.fire(root);
    });
    const watched: Watched = {
      watch,
      patterns,
      workspaces: known?.workspaces ?? new Set(),
      linger: undefined,
    };
    this.watched.set(root, watched);
    return watched;
  }

  private end(id: string): void {
    const root = this.roots.get(id);
    this.roots.delete(id);
    const watched = root === undefined ? undefined : this.watched.get(root);
    if (root === undefined || !watched?.workspaces.delete(id) || watched.workspaces.size > 0) return;
    watched.linger = setTimeout(() => {
      watched.watch.dispose();
      this.watched.delete(root);
    }, lingerMs).unref();
  }
}
