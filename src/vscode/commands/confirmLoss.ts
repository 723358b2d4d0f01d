import * as vscode from 'vscode';
import type { LazyReviews } from '../../review/lazyReviews.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import { countedChanges } from '../review/countedChanges.ts';
import { exportPatchOf } from './exportPatch.ts';

/** Tells what of a review is lost with its workspace, and saves it. */
export type LostReviews = Pick<LazyReviews, 'changes' | 'exportPatch' | 'snapshots'>;

/** What is asked before something goes for good. */
export interface LossQuestion {
  readonly text: string;
  /** Its paragraphs, among them those that tell what is lost of reviews. */
  readonly detail: (ofReviews: readonly string[]) => readonly string[];
  /** The button for yes. */
  readonly button: string;
}

/** A workspace that was in review mode, what nobody accepted of it, and its snapshots; what cannot be counted counts as one. */
interface Reviewed {
  readonly workspace: Workspace;
  readonly changes: number;
  readonly snapshots: number;
}

/**
 * Asks whether something may go, with these workspaces, and offers to export what nobody accepted of them. Asks again after
 * that, until the person says yes or gives up.
 */
export async function confirmLoss(
  { text, detail, button }: LossQuestion,
  workspaces: readonly Workspace[],
  reviews: LostReviews,
): Promise<boolean> {
  const exporting = vscode.l10n.t('Export as Patch…');
  const exported: string[] = [];
  for (;;) {
    const reviewed = await findReviewed(workspaces, reviews);
    const changed = reviewed.filter(({ changes }) => changes > 0);
    const answer = await vscode.window.showWarningMessage(
      text,
      { modal: true, detail: detail(lossOf(reviewed, exported)).join('\n\n') },
      button,
      ...(changed.length > 0 ? [exporting] : []),
    );
    if (answer !== exporting) return answer === button;
    for (const { workspace } of changed) {
      const file = await exportPatchOf(workspace, reviews);
      if (file !== undefined && !exported.includes(file)) exported.push(file);
    }
  }
}

async function findReviewed(
  workspaces: readonly Workspace[],
  reviews: Pick<LostReviews, 'changes' | 'snapshots'>,
): Promise<readonly Reviewed[]> {
  return await Promise.all(
    workspaces
      .filter(({ mount }) => mount === 'review')
      .map(async (workspace) => ({
        workspace,
        changes: await counted(reviews.changes(workspace.id)),
        snapshots: await counted(reviews.snapshots(workspace.id)),
      })),
  );
}

async function counted(found: Promise<readonly unknown[]>): Promise<number> {
  return await found.then(
    ({ length }) => length,
    () => 1,
  );
}

function lossOf(reviewed: readonly Reviewed[], exported: readonly string[]): readonly string[] {
  const changes = reviewed.reduce((sum, each) => sum + each.changes, 0);
  const snapshots = reviewed.reduce((sum, each) => sum + each.snapshots, 0);
  return [
    ...(changes > 0
      ? [vscode.l10n.t('Lost, too: {0} for review, not accepted yet.', countedChanges(changes))]
      : []),
    ...(snapshots > 0 ? [vscode.l10n.t('Lost, too: snapshots ({0}).', snapshots)] : []),
    ...(exported.length > 0 ? [vscode.l10n.t('Exported: {0}.', exported.join(', '))] : []),
  ];
}
