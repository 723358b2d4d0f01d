import * as vscode from 'vscode';
import type { LazyReviews } from '../../review/lazyReviews.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import { hasCode } from '../../shared/errors.ts';
import { withProgress } from '../progress.ts';
import { countedChanges } from '../review/countedChanges.ts';
import { exportPatchOf } from './exportPatch.ts';

/** Tells what of a review is lost with its workspace, and saves it. */
export type LostReviews = Pick<LazyReviews, 'changes' | 'exportPatch' | 'snapshots' | 'isKept'>;

/** What is asked before something goes for good. */
export interface LossQuestion {
  readonly text: string;
  /** Its paragraphs, among them those that tell what is lost of reviews. */
  readonly detail: (ofReviews: readonly string[]) => readonly string[];
  /** The button for yes. */
  readonly button: string;
}

/** A workspace of which something is kept for review: how many changes nobody accepted, and how many snapshots. */
interface Reviewed {
  readonly workspace: Workspace;
  readonly changes: Count;
  readonly snapshots: Count;
}

/** Of what cannot be looked at, nobody knows how much it is. */
type Count = number | 'unknown';

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
    const changed = reviewed.filter(({ workspace, changes }) => isReviewed(workspace) && changes !== 0);
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
  reviews: Pick<LostReviews, 'changes' | 'snapshots' | 'isKept'>,
): Promise<readonly Reviewed[]> {
  const kept = await Promise.all(workspaces.map(({ id }) => reviews.isKept(id)));
  const of = workspaces.filter((_, index) => kept[index]);
  if (of.length === 0) return [];
  return await withProgress(vscode.l10n.t('Counting what would be lost'), ({ signal }) =>
    Promise.all(of.map((workspace) => countIn(workspace, reviews, signal))),
  );
}

async function countIn(
  workspace: Workspace,
  reviews: Pick<LostReviews, 'changes' | 'snapshots'>,
  signal: AbortSignal,
): Promise<Reviewed> {
  // What is kept of one that is in another mode now is not to be seen before it is in review mode again.
  if (!isReviewed(workspace)) return { workspace, changes: 'unknown', snapshots: 'unknown' };
  const [changes, snapshots] = await Promise.all([
    counted(reviews.changes(workspace.id, signal)),
    counted(reviews.snapshots(workspace.id)),
  ]);
  return { workspace, changes, snapshots };
}

function isReviewed({ mount }: Workspace): boolean {
  return mount === 'review';
}

async function counted(found: Promise<readonly unknown[]>): Promise<Count> {
  try {
    return (await found).length;
  } catch (error) {
    if (hasCode(error, 'cancelled')) throw error;
    return 'unknown';
  }
}

function lossOf(reviewed: readonly Reviewed[], exported: readonly string[]): readonly string[] {
  const changes = sumOf(reviewed.map((each) => each.changes));
  const snapshots = sumOf(reviewed.map((each) => each.snapshots));
  const unknown = reviewed.filter((each) => each.changes === 'unknown' || each.snapshots === 'unknown');
  const names = unknown.map(({ workspace }) => workspace.name).join(', ');
  return [
    ...(changes > 0
      ? [vscode.l10n.t('Lost, too: {0} for review, not accepted yet.', countedChanges(changes))]
      : []),
    ...(snapshots > 0 ? [vscode.l10n.t('Lost, too: snapshots ({0}).', snapshots)] : []),
    ...(unknown.length > 0
      ? [
          vscode.l10n.t(
            'Lost, too: changes for review and snapshots that cannot be counted now ({0}).',
            names,
          ),
        ]
      : []),
    ...(exported.length > 0 ? [vscode.l10n.t('Exported: {0}.', exported.join(', '))] : []),
  ];
}

function sumOf(counts: readonly Count[]): number {
  return counts.reduce<number>((sum, count) => sum + (count === 'unknown' ? 0 : count), 0);
}
