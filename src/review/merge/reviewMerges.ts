import type { OperationOptions } from '../../workspaces/workspace.ts';
import type { Change } from '../change.ts';
import type { ReviewWork } from '../reviewWork.ts';
import { acceptMerged } from './acceptMerged.ts';
import { noConflict, readConflict, type ConflictSides } from './conflictSides.ts';
import { KeptBases } from './keptBases.ts';

/** What the workspace and somebody else changed both, to be put together by a person. */
export class ReviewMerges {
  private readonly work: ReviewWork;

  constructor(work: ReviewWork) {
    this.work = work;
  }

  /** Notes what the folder has where only the workspace changed it, for a merge with what somebody else may do there. */
  async keepBases(id: string, changes: readonly Change[], signal?: AbortSignal): Promise<void> {
    await this.work.views.lookAgain(id, ({ own, lower }) => new KeptBases(own).keep(changes, lower, signal));
  }

  /** The three texts of a conflict. Rejects with `invalidRequest` where there is none that can be merged. */
  async conflict(id: string, path: string): Promise<ConflictSides> {
    const sides = await this.work.views.look(id, async (view) => {
      const { changes } = await this.work.list(id, view);
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
  async accept(
    id: string,
    { change }: Pick<ConflictSides, 'change'>,
    content: Buffer,
    options: OperationOptions = {},
  ): Promise<boolean> {
    const isDone = await this.work.change(id, 'accept a merge of', options, async (view, signal, about) => {
      const { changes } = await this.work.list(id, view, signal);
      const now = changes.find(({ path }) => path === change.path);
      await view.known.keepModes(changes);
      const isTaken = await acceptMerged(change, now, content, view, this.work.ground.owner, signal);
      if (isTaken) await this.work.tellCopy(about, [change.path], view, signal);
      return isTaken;
    });
    return isDone === true;
  }
}
