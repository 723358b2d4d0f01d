import { relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { LazyReviews } from '../../review/lazyReviews.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import { errorSentence } from '../errorSentence.ts';

/** Many files change at once, for example when another branch is checked out. */
const soonMs = 1000;
/** The workspace is held still while something is brought in: at most for a fifth of the time. */
const restFactor = 4;

/** What a folder is followed for. */
export interface Follower {
  /** Whether this window is to look what is changed in it: that costs as much as it is large. */
  readonly isFollowed: () => boolean;
  readonly isRunning: () => boolean;
  /** What names the time since which its view is mounted; `undefined` while it is not. */
  readonly mountedSince: () => string | undefined;
  /** Something was changed in the folder, or brought in. */
  readonly onDidChange: () => void;
}

/** Has a workspace in review mode see what is changed in its folder while it runs. */
export class FolderFollow implements Disposable {
  /** What it sees only after its next start, although it has not touched it. */
  behind: readonly string[] = [];
  /** Why the last try failed. */
  problem: string | undefined;
  private readonly store = new DisposableStore();
  private readonly id: string;
  private readonly folder: vscode.Uri;
  private readonly reviews: Pick<LazyReviews, 'bringIn'>;
  private readonly follower: Follower;
  private readonly changed = new Set<string>();
  /** What was tried since it was last changed: it is not tried again by itself. */
  private readonly tried = new Set<string>();
  private pending: readonly string[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isWatched = false;
  private since: string | undefined;
  private isBusy = false;
  private pauseMs = soonMs;

  constructor(
    { id, folder }: { readonly id: string; readonly folder: vscode.Uri },
    reviews: Pick<LazyReviews, 'bringIn'>,
    follower: Follower,
  ) {
    this.id = id;
    this.folder = folder;
    this.reviews = reviews;
    this.follower = follower;
    this.since = follower.mountedSince();
  }

  /** Takes what the workspace was found to be behind. */
  listed(pending: readonly string[]): void {
    if (!this.follower.isFollowed()) return;
    this.watch();
    this.pending = pending;
    if (pending.some((path) => !this.tried.has(path))) this.bringSoon();
  }

  /**
   * The workspace was started, stopped, paused or resumed. What is mounted anew shows all as it is. Gives whether it was
   * mounted anew.
   */
  workspaceChanged(): boolean {
    const since = this.follower.mountedSince();
    const isOther = since !== this.since;
    if (isOther) {
      this.since = since;
      this.behind = [];
      this.problem = undefined;
      this.tried.clear();
      this.changed.clear();
    }
    if (this.changed.size > 0) this.bringSoon();
    return isOther && since !== undefined;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.store.dispose();
  }

  private watch(): void {
    if (this.isWatched) return;
    this.isWatched = true;
    const watcher = this.store.add(
      vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(this.folder, '**')),
    );
    for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete])
      this.store.add(
        event(({ fsPath }) => {
          const path = relative(this.folder.fsPath, fsPath).split(sep).join('/');
          if (path === '' || path === '..' || path.startsWith('../')) return;
          this.changed.add(path);
          this.tried.delete(path);
          this.follower.onDidChange();
          this.bringSoon();
        }),
      );
  }

  private bringSoon(): void {
    if (this.isBusy) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.bring();
    }, this.pauseMs).unref();
  }

  private async bring(): Promise<void> {
    // While it is paused they are kept.
    if (!this.follower.isRunning() || !this.follower.isFollowed()) return;
    const changed = [...this.changed];
    this.changed.clear();
    const startedAt = performance.now();
    const tried = [...new Set([...this.pending, ...this.behind, ...changed])];
    this.isBusy = true;
    try {
      const { brought, behind } = await this.reviews.bringIn(this.id, [
        ...new Set([...this.behind, ...changed]),
      ]);
      const wasBehind = this.behind.length > 0;
      this.behind = behind;
      this.problem = undefined;
      if (brought.length > 0 || behind.length > 0 || wasBehind) this.follower.onDidChange();
    } catch (error) {
      this.problem = errorSentence(error);
      // It is tried again with what is changed next.
      this.behind = [...new Set([...this.behind, ...changed])];
      this.follower.onDidChange();
    } finally {
      this.isBusy = false;
      for (const path of tried) if (!this.changed.has(path)) this.tried.add(path);
      this.pauseMs = Math.max(soonMs, restFactor * (performance.now() - startedAt));
      if (this.changed.size > 0) this.bringSoon();
    }
  }
}
