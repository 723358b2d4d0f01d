import * as l10n from '@vscode/l10n';
import { CordonError } from '../../shared/errors.ts';
import { clearing } from '../../workspaces/views/reviewViews.ts';
import { folderKey } from '../../workspaces/workspaceSnapshot.ts';
import type { OperationOptions } from '../../workspaces/workspace.ts';
import type { ReviewWork } from '../reviewWork.ts';
import { Snapshots, type Snapshot } from './snapshots.ts';

/** The points of workspaces in review mode that a person named. */
export class ReviewSnapshots {
  private readonly work: ReviewWork;

  constructor(work: ReviewWork) {
    this.work = work;
  }

  /** Newest first. */
  async list(id: string): Promise<readonly Snapshot[]> {
    this.work.views.requireReview(id);
    return await this.of(id).list();
  }

  /** Names the point at which a workspace is, with what is excluded of a review. It stands still meanwhile. */
  async take(
    id: string,
    name: string,
    options: OperationOptions = {},
  ): Promise<{ readonly snapshot: Snapshot; readonly leftOut: readonly string[] } | undefined> {
    return await this.work.views.change(id, 'take a snapshot of', options, async (view, signal) => {
      const { changes } = await this.work.list(id, view, signal, []);
      return await new Snapshots(view.own).take(name, changes, view, signal);
    });
  }

  async remove(id: string, snapshotId: string): Promise<void> {
    await this.of(id).remove(snapshotId);
  }

  /** Has a workspace see what it saw at a snapshot, where the folder is as it was. One that runs is started anew for it. */
  async goBack(id: string, snapshotId: string, options: OperationOptions = {}): Promise<void> {
    const about = { ...options, isWhole: true };
    await this.work.whileStopped(id, 'take back', about, async (view, signal, { engine, record }) => {
      const expected = await this.of(id).expected(snapshotId);
      await this.work.folders.goBack(id, {
        ...{ snapshotId, clear: clearing(engine, record.image), signal },
        // With what is older again nothing may count as accepted; the other way round it only shows as a change.
        beforeSwap: () => view.known.withoutAccepted(view.own, expected).save(),
      });
    });
  }

  /** Gives a workspace of the same folder, which was never started, a view that begins with a snapshot of another one. */
  async seed(
    newId: string,
    { id, snapshotId }: { readonly id: string; readonly snapshotId: string },
    options: OperationOptions = {},
  ): Promise<void> {
    const { views, ground, folders } = this.work;
    const [made, from] = [views.requireReview(newId), views.requireReview(id)];
    if (folderKey(made.folder) !== folderKey(from.folder)) throw otherFolder();
    await ground.run(newId, `begin "${made.name}" with a snapshot`, options, async ({ signal }) => {
      await this.of(id).restoreInto(snapshotId, folders.folderOf(newId), signal);
    });
  }

  private of(id: string): Snapshots {
    return new Snapshots(this.work.folders.folderOf(id));
  }
}

function otherFolder(): CordonError {
  return new CordonError(
    'invalidRequest',
    l10n.t('A snapshot is of one folder, and the workspace is of another one.'),
  );
}
