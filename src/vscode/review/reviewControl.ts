import * as vscode from 'vscode';
import type { Change } from '../../review/change.ts';
import type { LazyReviews } from '../../review/lazyReviews.ts';
import type { ChangeList } from '../../review/listChanges.ts';
import { describeError } from '../../shared/describeError.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import { toCordonError, type CordonError } from '../../shared/errors.ts';
import { errorSentence } from '../errorSentence.ts';
import { withoutIcons } from '../inertText.ts';
import type { ChangeDocuments } from './changeDocuments.ts';
import { FolderFollow, type Follower } from './folderFollow.ts';
import { LayerWatch } from './layerWatch.ts';
import { comparedPaths, quickDiffOf } from './quickDiff.ts';
import { syncCommand } from './syncCommand.ts';
import { ChangeRows, excludedRow } from './changeRows.ts';
import { groupOf, rowsOf, type ChangeGroup } from './shownChange.ts';

/** Many changes come at once. */
const soonMs = 300;
/** Whoever writes all the time has a list made no more than a fifth of it. */
const restFactor = 4;
/** What is written in a copy of the folder, nothing tells: it is looked at that often while the window has the focus. */
const copyPollMs = 5000;

/** The changes of one workspace in VS Code's view of changes, kept up to date while it is shown. */
export class ReviewControl implements Disposable {
  readonly control: vscode.SourceControl;
  readonly groups: Readonly<Record<ChangeGroup, vscode.SourceControlResourceGroup>>;
  readonly workspaceId: string;
  private readonly excluded: vscode.SourceControlResourceGroup;
  private readonly store = new DisposableStore();
  private readonly folder: vscode.Uri;
  private readonly reviews: Pick<LazyReviews, 'list' | 'placeOf' | 'keepBases'>;
  private readonly documents: Pick<ChangeDocuments, 'uri' | 'refresh'>;
  private readonly rows: ChangeRows;
  private known: readonly Change[] = [];
  /** Why they could not be listed the last time. */
  private failure: CordonError | undefined;
  /** What was noted last. */
  private noted: string | undefined;
  private compared: readonly string[] = [];
  /** How many paths with changes are left out. */
  excludedCount = 0;
  private readonly isRunning: () => boolean;
  private readonly noteFailure: (error: unknown) => void;
  private readonly follow: FolderFollow;
  private readonly layer: LayerWatch;
  private timer: NodeJS.Timeout | undefined;
  private copyTimer: NodeJS.Timeout | undefined;
  private isCopy = false;
  private looking: Promise<void> | undefined;
  private pauseMs = soonMs;
  private isOver = false;

  constructor(
    { id, name, folder }: { readonly id: string; readonly name: string; readonly folder: string },
    reviews: Pick<LazyReviews, 'list' | 'placeOf' | 'keepBases' | 'bringIn'>,
    documents: Pick<ChangeDocuments, 'uri' | 'refresh'>,
    about: Omit<Follower, 'onDidChange'>,
    noteFailure: (error: unknown) => void,
  ) {
    this.noteFailure = noteFailure;
    this.isRunning = about.isRunning;
    this.workspaceId = id;
    this.documents = documents;
    this.reviews = reviews;
    this.folder = vscode.Uri.parse(folder, true);
    this.rows = new ChangeRows(id, this.folder);
    const title = vscode.l10n.t('Review of {0}', withoutIcons(name));
    this.control = this.store.add(vscode.scm.createSourceControl('cordon.review', title, this.folder));
    this.control.inputBox.visible = false;
    this.groups = {
      conflicts: this.group('conflicts', vscode.l10n.t('Conflicts')),
      dangerous: this.group('dangerous', vscode.l10n.t('Look Twice')),
      changes: this.group('changes', vscode.l10n.t('Changes')),
    };
    this.excluded = this.group('excluded', vscode.l10n.t('Excluded'));
    this.layer = this.store.add(
      new LayerWatch(reviews.placeOf(id), () => {
        // The mirror of a copy changes because it was looked at.
        if (!this.isCopy) this.refreshSoon();
      }),
    );
    this.follow = this.store.add(
      new FolderFollow({ id, folder: this.folder }, reviews, {
        ...about,
        onDidChange: () => {
          this.refreshSoon();
        },
      }),
    );
    this.refreshSoon();
  }

  /** Its workspace was started, stopped or changed otherwise. */
  workspaceChanged(): void {
    // While it was not mounted, all that it had written may have been replaced.
    if (this.follow.workspaceChanged()) this.layer.again();
    this.refreshSoon();
  }

  /** All changes, also those that have no row of their own. */
  get changes(): readonly Change[] {
    return this.known;
  }

  /** The same, listed anew where none are known. Rejects where they cannot be listed. */
  async listed(): Promise<readonly Change[]> {
    if (this.known.length === 0) await this.refresh();
    if (this.failure && this.known.length === 0) throw this.failure;
    return this.known;
  }

  /** Lists them anew. Rejects where they cannot be listed. */
  async listAnew(): Promise<void> {
    await this.refresh();
    if (this.failure) throw this.failure;
  }

  refreshSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.refresh();
    }, this.pauseMs).unref();
  }

  /** Lists the changes anew; whoever asks meanwhile gets a list that was made after they asked. */
  async refresh(): Promise<void> {
    await this.looking;
    this.looking ??= this.look().finally(() => {
      this.looking = undefined;
    });
    await this.looking;
  }

  dispose(): void {
    this.isOver = true;
    clearTimeout(this.timer);
    clearTimeout(this.copyTimer);
    this.store.dispose();
  }

  private lookAgainAtCopy(): void {
    clearTimeout(this.copyTimer);
    this.copyTimer = setTimeout(
      () => {
        if (this.isRunning() && vscode.window.state.focused) void this.refresh();
        else this.lookAgainAtCopy();
      },
      Math.max(copyPollMs, this.pauseMs),
    ).unref();
  }

  private async look(): Promise<void> {
    const startedAt = performance.now();
    try {
      const list = await this.reviews.list(this.workspaceId);
      if (this.isOver) return;
      this.failure = undefined;
      this.isCopy = list.copy !== undefined;
      this.show(list);
      await this.keepBases(list.changes);
    } catch (error) {
      if (!this.isOver) this.tellFailure(error);
    } finally {
      this.pauseMs = Math.max(soonMs, restFactor * (performance.now() - startedAt));
      if (this.isCopy && !this.isOver) this.lookAgainAtCopy();
    }
  }

  /** Without them the changes are known all the same. */
  private async keepBases(changes: readonly Change[]): Promise<void> {
    try {
      await this.reviews.keepBases(this.workspaceId, changes);
      this.noted = undefined;
    } catch (error) {
      if (!this.isOver) this.noteOnce(error);
    }
  }

  /** The same again is not noted again. */
  private noteOnce(error: unknown): void {
    const noted = describeError(error);
    if (noted !== this.noted) this.noteFailure(error);
    this.noted = noted;
  }

  private tellFailure(error: unknown): void {
    const sentence = errorSentence(error);
    this.noteOnce(error);
    this.failure = toCordonError(error, 'engineFailed', sentence);
    const title = `$(warning) ${vscode.l10n.t('changes not known')}`;
    this.control.statusBarCommands = [{ command: 'cordon.showLog', title, tooltip: sentence }];
  }

  private show(list: ChangeList): void {
    const { changes, excluded } = list;
    this.known = changes;
    const rows = this.rows.of(rowsOf(changes));
    for (const [name, group] of Object.entries(this.groups))
      group.resourceStates = rows.filter(({ change }) => groupOf(change) === name);
    this.excludedCount = excluded.count;
    this.excluded.label =
      excluded.count > excluded.paths.length
        ? vscode.l10n.t('Excluded (the First {0} of {1})', excluded.paths.length, excluded.count)
        : vscode.l10n.t('Excluded');
    this.excluded.resourceStates = excluded.paths.map((path) => excludedRow(path, this.folder));
    this.control.count = rows.length;
    const { behind, problem } = this.follow;
    const pending = [...new Set([...list.pending, ...behind])];
    this.control.statusBarCommands = [syncCommand({ ...list, pending }, this.workspaceId, problem)];
    this.follow.listed(list.pending);
    this.compare(comparedPaths(changes));
    this.documents.refresh(this.workspaceId);
  }

  /** VS Code asks a provider about an open editor only once. */
  private compare(paths: readonly string[]): void {
    if (JSON.stringify(paths) === JSON.stringify(this.compared)) return;
    this.compared = paths;
    const about = { id: this.workspaceId, folder: this.folder };
    (this.control as { quickDiffProvider: unknown }).quickDiffProvider = undefined;
    this.control.quickDiffProvider = quickDiffOf(about, paths, this.documents);
  }

  private group(id: ChangeGroup | 'excluded', title: string): vscode.SourceControlResourceGroup {
    const group = this.store.add(this.control.createResourceGroup(id, title));
    group.hideWhenEmpty = true;
    return group;
  }
}
