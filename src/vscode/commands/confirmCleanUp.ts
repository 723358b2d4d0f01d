import * as vscode from 'vscode';
import { losesNothing, type CleanUpItem } from '../../workspaces/cleanUp/cleanUpItem.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { cleanUpKinds, headingOf, inertName } from './cleanUpWords.ts';
import { confirmLoss, type LostReviews } from './confirmLoss.ts';

/** Knows the workspaces among what goes, and saves what nobody accepted of them. */
export interface ConfirmDependencies {
  readonly service: Pick<WorkspaceService, 'get'>;
  readonly reviews: LostReviews;
}

/** What nobody can make again goes only after a question. */
export async function confirmCleanUp(
  chosen: readonly CleanUpItem[],
  { service, reviews }: ConfirmDependencies,
): Promise<boolean> {
  const lost = chosen.filter((item) => !losesNothing(item));
  if (lost.length === 0) return true;
  const detail = cleanUpKinds.flatMap((kind) => {
    const own = lost.filter((item) => item.kind === kind);
    return own.length === 0
      ? []
      : [`${headingOf(kind)}: ${own.map(({ name }) => inertName(name)).join(', ')}`];
  });
  const question = {
    text: vscode.l10n.t(
      'Remove the {0} chosen for good? {1} of them cannot be had again.',
      chosen.length,
      lost.length,
    ),
    detail: (ofReviews: readonly string[]) => [
      ...detail,
      ...ofReviews,
      vscode.l10n.t('Folders of workspaces are kept.'),
    ],
    button: vscode.l10n.t('Remove'),
  };
  const workspaces = lost
    .filter(({ kind }) => kind === 'stopped' || kind === 'archived')
    .flatMap(({ id }) => service.get(id) ?? []);
  return await confirmLoss(question, workspaces, reviews);
}
