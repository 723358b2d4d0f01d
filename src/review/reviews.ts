import * as l10n from '@vscode/l10n';
import type { Disposable } from '../shared/disposable.ts';
import { CordonError, hasCode } from '../shared/errors.ts';
import { Emitter } from '../shared/event.ts';
import type { ContainerEngine } from '../workspaces/containerEngine.ts';
import type { ReviewGround } from '../workspaces/views/reviewGround.ts';
import { clearing } from '../workspaces/views/reviewViews.ts';
import { folderKey } from '../workspaces/workspaceSnapshot.ts';
import type { OperationOptions } from '../workspaces/workspace.ts';
import { AcceptJournal } from './acceptJournal.ts';
import { applyChanges } from './applyChanges.ts';
import type { Change } from './change.ts';
import { chooseChanges, meantBy, type RefusedChange } from './chooseChanges.ts';
import { compareViews, type ComparedView, type ViewDifference } from './compareViews.ts';
import { discardChanges } from './discardChanges.ts';
import type { ChangeList } from './listChanges.ts';
import { acceptMerged } from './merge/acceptMerged.ts';
import { noConflict, readConflict, type ConflictSides } from './merge/conflictSides.ts';
import { KeptBases } from './merge/keptBases.ts';
import { OpenViews, takeBack, type OpenView } from './openViews.ts';
import { exportPatch } from './patch/exportPatch.ts';
import type { PatchResult } from './patch/writePatch.ts';
import { readSide, type SideContent } from './readSide.ts';
import type { UndoResult } from './undoChanges.ts';
import { Snapshots, type Snapshot } from './snapshots/snapshots.ts';
import { ViewChanges } from './viewChanges.ts';
import type { ViewFolders } from './viewFolders.ts';

/** What became of an accept. */
export interface AcceptResult {
  readonly accepted: readonly string[];
  readonly refused: readonly RefusedChange[];
}

/** Nobody reads more of a file in a comparison, and a window is slow with it. */
const mostShownBytes = 5 * 1024 * 1024;

/** The changes of workspaces in review mode: lists them, and makes them in the folder where a person says so. */
export class Reviews implements Disposable {
  private readonly changing = new Emitter<string>();
  /** Fires with the id of a workspace whose changes were accepted, undone or discarded. */
  readonly onDidChange = this.changing.event;
  private readonly ground: ReviewGround;
  private readonly folders: ViewFolders;
  private readonly viewChanges: ViewChanges;
  private readonly views: OpenViews;

  /** `excludePatterns` are gitignore patterns of what is left out of every list. */
  constructor(
    ground: ReviewGround,
    folders: ViewFolders,
    excludePatterns: () => readonly string[] = () => [],
  ) {
    this.ground = ground;
    this.folders = folders;
    this.viewChanges = new ViewChanges(ground, excludePatterns);
    this.views = new OpenViews(ground, folders);
  }

  /** What a workspace has changed, as it is now; rejects with `invalidRequest` for one in another mode. */
  async changes(id: string, signal?: AbortSignal): Promise<readonly Change[]> {
    return (await this.list(id, signal)).changes;
  }

  /** The same, with what is left out of it. */
  async list(id: string, signal?: AbortSignal): Promise<ChangeList> {
    const list = await this.views.look(id, (view) => this.viewChanges.list(id, view, signal));
    return list ?? { changes: [], excluded: { count: 0, paths: [] }, pending: 0 };
  }

  /**
   * Makes changes in the folder: those at these paths and below them, or all. What is in conflict is refused, and so is
   * what is dangerous unless it is named by its own path. Nothing that could change the folder runs meanwhile.
   */
  async accept(
    id: string,
    paths: readonly string[] | undefined,
    options: OperationOptions = {},
  ): Promise<AcceptResult> {
    const nothing: AcceptResult = { accepted: [], refused: [] };
    const result = await this.changeAndTell(id, 'accept changes of', options, async (view, signal) => {
      const { chosen, refused } = chooseChanges(
        (await this.viewChanges.list(id, view, signal)).changes,
        paths,
      );
      if (chosen.length === 0) return { accepted: [], refused };
      const journal = await AcceptJournal.begin(view.own, this.ground.owner);
      try {
        const applied = await applyChanges(chosen, { ...view, journal, signal });
        await view.known.save();
        await journal.done();
        return { ...applied, refused: [...refused, ...applied.refused] };
      } catch (error) {
        await takeBack(view, journal);
        throw error;
      } finally {
        await journal.close();
      }
    });
    return result ?? nothing;
  }

  /** Takes back what the last accept did, wherever nobody has changed it since; `undefined` where there is nothing to undo. */
  async undoAccept(id: string, options: OperationOptions = {}): Promise<UndoResult | undefined> {
    return await this.changeAndTell(id, 'undo accept of', options, (view) =>
      takeBack(view, AcceptJournal.of(view.own)),
    );
  }

  /**
   * Has the view show the folder again: at these paths and below them, or everywhere. A workspace that runs is stopped for
   * that, and started again: the layers of an overlay must not be changed while it is mounted.
   */
  async discard(
    id: string,
    paths: readonly string[] | undefined,
    options: OperationOptions = {},
  ): Promise<void> {
    await this.whileStopped(id, options, 'discard changes of', async (view, signal, about) => {
      const { engine, folder, record } = about;
      if (!paths) await this.folders.reset(id, folder, clearing(engine, record.image));
      else
        await discardChanges(meantBy(paths, (await this.viewChanges.list(id, view, signal)).changes), view);
    });
  }

  /** Writes everything that was changed into a file, as a patch that `git apply` takes in the folder. */
  async exportPatch(id: string, path: string, signal?: AbortSignal): Promise<PatchResult> {
    const result = await this.views.look(id, async (view) =>
      exportPatch((await this.viewChanges.list(id, view, signal)).changes, view, path, signal),
    );
    return result ?? { written: [], leftOut: [] };
  }

  /** Finds where two workspaces of one folder see something else. */
  async compare(id: string, otherId: string, signal?: AbortSignal): Promise<readonly ViewDifference[]> {
    // A workspace that never had a view sees the folder.
    const seenBy = async <T>(seer: string, work: (seen: ComparedView | undefined) => Promise<T>) => {
      const look = async (view: OpenView) => [
        await work({ view, ...(await this.viewChanges.list(seer, view, signal)) }),
      ];
      const [found] = (await this.views.look(seer, look)) ?? [await work(undefined)];
      return found as T;
    };
    return await seenBy(id, (one) =>
      seenBy(otherId, async (other) => {
        const view = one?.view ?? other?.view;
        if (!view) return [];
        const folder = { view, changes: [] };
        return await compareViews(one ?? folder, other ?? folder, signal);
      }),
    );
  }

  /** The points of a workspace that a person named, newest first. */
  async snapshots(id: string): Promise<readonly Snapshot[]> {
    this.views.requireReview(id);
    return await new Snapshots(this.folders.folderOf(id)).list();
  }

  /** Names the point at which a workspace is, with what is excluded of a review. It stands still meanwhile. */
  async takeSnapshot(
    id: string,
    name: string,
    options: OperationOptions = {},
  ): Promise<{ readonly snapshot: Snapshot; readonly leftOut: readonly string[] } | undefined> {
    return await this.views.change(id, 'take a snapshot of', options, async (view, signal) => {
      const { changes } = await this.viewChanges.list(id, view, signal, []);
      return await new Snapshots(view.own).take(name, changes, view, signal);
    });
  }

  async removeSnapshot(id: string, snapshotId: string): Promise<void> {
    await new Snapshots(this.folders.folderOf(id)).remove(snapshotId);
  }

  /** Has a workspace see what it saw at a snapshot, where the folder is as it was. One that runs is started anew for it. */
  async goBack(id: string, snapshotId: string, options: OperationOptions = {}): Promise<void> {
    await this.whileStopped(id, options, 'take back', async (view, signal, { engine, record }) => {
      await this.folders.goBack(id, snapshotId, clearing(engine, record.image), signal);
      await view.known.withoutAccepted(view.own).save();
    });
  }

  /** Gives a workspace of the same folder, which was never started, a view that begins with a snapshot of another one. */
  async seed(
    newId: string,
    { id, snapshotId }: { readonly id: string; readonly snapshotId: string },
    options: OperationOptions = {},
  ): Promise<void> {
    const [made, from] = [this.views.requireReview(newId), this.views.requireReview(id)];
    if (folderKey(made.folder) !== folderKey(from.folder)) throw otherFolder();
    await this.ground.run(newId, `begin "${made.name}" with a snapshot`, options, async ({ signal }) => {
      const own = this.folders.folderOf(newId);
      await new Snapshots(this.folders.folderOf(id)).restoreInto(snapshotId, own, signal);
    });
  }

  /** Notes what the folder has where only the workspace changed it, for a merge with what somebody else may do there. */
  async keepBases(id: string, changes: readonly Change[], signal?: AbortSignal): Promise<void> {
    await this.views.look(id, ({ own, lower }) => new KeptBases(own).keep(changes, lower, signal));
  }

  /** The three texts of a conflict. Rejects with `invalidRequest` where there is none that can be merged. */
  async conflict(id: string, path: string): Promise<ConflictSides> {
    const sides = await this.views.look(id, async (view) => {
      const { changes } = await this.viewChanges.list(id, view);
      return await readConflict(
        changes.find((change) => change.path === path && change.conflict),
        view,
      );
    });
    if (!sides) throw noConflict();
    return sides;
  }

  /**
   * Puts what a person made of a conflict into the folder. Gives false, and does nothing, where the workspace or somebody
   * else has changed the file since it was read.
   */
  async acceptMerged(
    id: string,
    { change }: Pick<ConflictSides, 'change'>,
    content: Buffer,
    options: OperationOptions = {},
  ): Promise<boolean> {
    const isDone = await this.changeAndTell(id, 'accept a merge of', options, async (view, signal) => {
      const { changes } = await this.viewChanges.list(id, view, signal);
      const now = changes.find(({ path }) => path === change.path);
      return await acceptMerged(change, now, content, view, this.ground.owner, signal);
    });
    return isDone === true;
  }

  /** What the workspace or the folder has at a path, to be shown. */
  async side(id: string, path: string, side: 'workspace' | 'folder'): Promise<SideContent> {
    const content = await this.views.look(id, ({ upper, lower }) =>
      readSide(side === 'workspace' ? upper : lower, path, mostShownBytes),
    );
    return content ?? { kind: 'nothing' };
  }

  dispose(): void {
    this.changing.dispose();
  }

  /** Undoes what accepts began that a process did not live to finish. To be called as soon as there is an engine. */
  async recover(): Promise<void> {
    const failures: unknown[] = [];
    for (const id of await this.folders.list())
      await this.recoverOne(id).catch((error: unknown) => {
        // What is kept of no workspace belongs to nobody who could be asked.
        if (!hasCode(error, 'workspaceNotFound')) failures.push(error);
      });
    if (failures.length > 0) throw failures[0];
  }

  private async recoverOne(id: string): Promise<void> {
    const content = await AcceptJournal.of(this.folders.folderOf(id)).read();
    if (content?.isDone === false && !this.ground.isAlive(content.owner, Date.parse(content.at)))
      await this.changeAndTell(id, 'undo an interrupted accept of', {}, () => Promise.resolve());
  }

  private async changeAndTell<T>(
    ...about: Parameters<typeof OpenViews.prototype.change<T>>
  ): Promise<T | undefined> {
    const [id] = about;
    return await this.views.change(...about).finally(() => {
      this.changing.fire(id);
    });
  }

  /** A workspace that runs is stopped for `work`, which changes its view, and started again. */
  private async whileStopped(
    id: string,
    options: OperationOptions,
    title: string,
    work: Parameters<typeof OpenViews.prototype.change<void>>[3],
  ): Promise<void> {
    this.views.requireReview(id);
    const wasRunning = this.ground.isRunning(id);
    if (wasRunning) await this.ground.stop(id, options);
    try {
      await this.changeAndTell(id, title, options, async (view, signal, about) => {
        await this.requireStopped(id, about.engine);
        await work(view, signal, about);
      });
    } finally {
      if (wasRunning) await this.ground.start(id, options);
    }
  }

  private async requireStopped(id: string, engine: ContainerEngine): Promise<void> {
    const containerId = this.ground.containerId(id);
    const facts = containerId === undefined ? undefined : await engine.inspectContainer(containerId);
    if (facts?.running || facts?.paused)
      throw new CordonError('conflict', l10n.t('The workspace was started meanwhile. Try again.'));
  }
}

function otherFolder(): CordonError {
  return new CordonError(
    'invalidRequest',
    l10n.t('A snapshot is of one folder, and the workspace is of another one.'),
  );
}
