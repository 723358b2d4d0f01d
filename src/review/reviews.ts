import { hasCode } from '../shared/errors.ts';
import { clearing } from '../workspaces/views/reviewViews.ts';
import type { OperationOptions } from '../workspaces/workspace.ts';
import { AcceptJournal } from './acceptJournal.ts';
import { applyChanges } from './applyChanges.ts';
import type { Change } from './change.ts';
import { chooseChanges, meantBy, type Meaning, type RefusedChange } from './chooseChanges.ts';
import { compareViews, type ComparedView, type ViewDifference } from './compareViews.ts';
import { markGoneInMirror } from './copies/markGoneInMirror.ts';
import { discardChanges } from './discardChanges.ts';
import type { ChangeList } from './listChanges.ts';
import type { OpenView } from './openViews.ts';
import { fileIfAny } from './fileIfAny.ts';
import { exportPatch } from './patch/exportPatch.ts';
import type { PatchResult } from './patch/writePatch.ts';
import { readSide, type SideContent } from './readSide.ts';
import type { ReviewWork } from './reviewWork.ts';
import { acceptWhole, takeBackLast, type TakenBack } from './takeBack.ts';
import { ViewInUse } from './viewLock.ts';

/** What became of an accept. */
export interface AcceptResult {
  readonly accepted: readonly string[];
  readonly refused: readonly RefusedChange[];
  /** When it began, ISO 8601, UTC, which tells it from others; missing where nothing was to be accepted. */
  readonly at?: string | undefined;
}

/** Nobody reads more of a file in a comparison, and a window is slow with it. */
const mostShownBytes = 5 * 1024 * 1024;

/** The changes of workspaces in review mode: lists them, and makes them in the folder where a person says so. */
export class Reviews {
  private readonly work: ReviewWork;

  constructor(work: ReviewWork) {
    this.work = work;
  }

  /** What a workspace has changed, as it is now; rejects with `invalidRequest` for one in another mode. */
  async changes(id: string, signal?: AbortSignal): Promise<readonly Change[]> {
    return (await this.list(id, signal)).changes;
  }

  /** The same, with what is left out of it. */
  async list(id: string, signal?: AbortSignal): Promise<ChangeList> {
    const list = await this.work.views.look(id, (view) => this.work.list(id, view, signal), signal);
    return list ?? { changes: [], excluded: { count: 0, paths: [] }, pending: [] };
  }

  /**
   * Makes changes in the folder: those at these paths and below them, or all. What is in conflict is refused, and so is
   * what is dangerous unless it is named by its own path, and what is not as it was `seen`, where that is said. Nothing that
   * could change the folder runs meanwhile.
   */
  async accept(
    id: string,
    paths: readonly string[] | undefined,
    { seen, alone, ...options }: OperationOptions & Meaning & { readonly seen?: readonly Change[] } = {},
  ): Promise<AcceptResult> {
    const nothing: AcceptResult = { accepted: [], refused: [] };
    const result = await this.work.change(id, 'accept changes of', options, async (view, signal, about) => {
      const { changes } = await this.work.listStill(id, view, signal);
      const { chosen, refused } = chooseChanges(changes, paths, {
        ...(seen && { seen }),
        ...(alone && { alone }),
      });
      if (chosen.length === 0) return { accepted: [], refused };
      await view.known.keepModes(changes);
      const applied = await acceptWhole(view, this.work.ground.owner, async (journal) => ({
        ...(await applyChanges(chosen, { ...view, journal, signal })),
        at: journal.at,
      }));
      await this.work.tellCopy(about, applied.accepted, view, signal);
      return { ...applied, refused: [...refused, ...applied.refused] };
    });
    return result ?? nothing;
  }

  /**
   * Takes back what the last accept did, wherever nobody has changed it since; `undefined` where there is nothing to undo.
   * Rejects with `conflict` where that is not the one that began `at` this time.
   */
  async undoAccept(
    id: string,
    { at, ...options }: OperationOptions & { readonly at?: string | undefined } = {},
  ): Promise<TakenBack | undefined> {
    return await this.work.change(id, 'undo accept of', options, (view) =>
      takeBackLast(view, this.work.ground.owner, at),
    );
  }

  /**
   * Has the view show the folder again: at these paths and below them, or everywhere. A workspace that runs is stopped for
   * that, and started again.
   */
  async discard(
    id: string,
    paths: readonly string[] | undefined,
    { alone, ...options }: OperationOptions & Meaning = {},
  ): Promise<void> {
    const { folders } = this.work;
    if (paths?.length === 0) {
      this.work.views.requireReview(id);
      return;
    }
    const about = { ...options, isWhole: !paths };
    await this.work.whileStopped(id, 'discard changes of', about, async (view, signal, ground) => {
      const { engine, folder, record } = ground;
      if (!paths) {
        await folders.reset(id, folder, clearing(engine, record.image));
        return;
      }
      // A copy is asked what it shows while it is mounted, and not any more once its layer is another one.
      if (folders.copies.has(id))
        await markGoneInMirror((await this.work.list(id, view, signal, [])).changes, view);
      await discardChanges(meantBy(paths, (await this.work.list(id, view, signal)).changes, alone), view);
    });
  }

  /** Writes everything that was changed into a file, as a patch that `git apply` takes in the folder. */
  async exportPatch(id: string, path: string, signal?: AbortSignal): Promise<PatchResult> {
    const result = await this.work.views.look(id, async (view) =>
      exportPatch((await this.work.list(id, view, signal)).changes, view, path, signal),
    );
    return result ?? { written: [], leftOut: [] };
  }

  /** Finds where two workspaces of one folder see something else. */
  async compare(id: string, otherId: string, signal?: AbortSignal): Promise<readonly ViewDifference[]> {
    // A workspace that never had a view sees the folder.
    const seenBy = async <T>(seer: string, work: (seen: ComparedView | undefined) => Promise<T>) => {
      const look = async (view: OpenView) => [
        await work({ view, ...(await this.work.list(seer, view, signal)) }),
      ];
      const [found] = (await this.work.views.look(seer, look)) ?? [await work(undefined)];
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

  /** What the workspace or the folder has at a path, to be shown. */
  async side(id: string, path: string, side: 'workspace' | 'folder'): Promise<SideContent> {
    const content = await this.work.views.lookAgain(id, ({ upper, lower }) =>
      readSide(side === 'workspace' ? upper : lower, path, mostShownBytes),
    );
    return content ?? { kind: 'nothing' };
  }

  /** Undoes what accepts began that a process did not live to finish. To be called as soon as there is an engine. */
  async recover(): Promise<void> {
    const failures: unknown[] = [];
    for (const id of await this.work.folders.list())
      await this.recoverOne(id).catch((error: unknown) => {
        // What is kept of no workspace belongs to nobody who could be asked.
        if (!hasCode(error, 'workspaceNotFound')) failures.push(error);
      });
    if (failures.length > 0) throw failures[0];
  }

  private async recoverOne(id: string): Promise<void> {
    const { folders, ground } = this.work;
    const journal = AcceptJournal.of(folders.folderOf(id));
    const content = await journal.read();
    const isLeft = content ? !content.isDone : (await fileIfAny(journal.folder)) !== undefined;
    if (!isLeft || (content && ground.isAlive(content.owner, Date.parse(content.at)))) return;
    const undo = this.work.change(id, 'undo an interrupted accept of', {}, () => Promise.resolve());
    await undo.catch((error: unknown) => {
      // Whoever is at it takes back what it finds.
      if (!(error instanceof ViewInUse)) throw error;
    });
  }
}
