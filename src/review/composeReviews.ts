import type { Disposable } from '../shared/disposable.ts';
import type { Event } from '../shared/event.ts';
import type { ReviewGround } from '../workspaces/views/reviewGround.ts';
import { ReviewMerges } from './merge/reviewMerges.ts';
import type { LeftBehind } from './notTakenBack.ts';
import { Reviews } from './reviews.ts';
import { ReviewWork } from './reviewWork.ts';
import { ReviewSnapshots } from './snapshots/reviewSnapshots.ts';
import { FolderSync } from './sync/folderSync.ts';
import type { ViewFolders } from './viewFolders.ts';

/** All that can be done with the views of workspaces. */
export interface ReviewParts extends Disposable {
  readonly reviews: Reviews;
  readonly merges: ReviewMerges;
  readonly snapshots: ReviewSnapshots;
  readonly sync: FolderSync;
  /** Fires with the id of a workspace whose changes were accepted, undone or discarded. */
  readonly onDidChange: Event<string>;
  /** Fires where an accept that was broken off could not be taken back as a whole. */
  readonly onDidLeaveBehind: Event<LeftBehind>;
}

/** `excludePatterns` are gitignore patterns of what is left out of every list. */
export function composeReviews(
  ground: ReviewGround,
  folders: ViewFolders,
  excludePatterns: () => readonly string[] = () => [],
): ReviewParts {
  const work = new ReviewWork(ground, folders, excludePatterns);
  return {
    reviews: new Reviews(work),
    merges: new ReviewMerges(work),
    snapshots: new ReviewSnapshots(work),
    sync: new FolderSync(work, excludePatterns),
    onDidChange: work.onDidChange,
    onDidLeaveBehind: work.onDidLeaveBehind,
    dispose: () => {
      work.dispose();
    },
  };
}
