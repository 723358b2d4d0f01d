import * as vscode from 'vscode';
import type { Reviews } from '../../review/reviews.ts';
import { withoutLinks } from '../inertText.ts';
import { withProgress } from '../progress.ts';
import { openingOriginals } from '../review/keptOriginals.ts';
import { countedChanges } from '../review/countedChanges.ts';
import { namedPaths } from '../review/shownChange.ts';

/** Takes the last accept of a workspace back, or only the one that began `at` a time, and says what came of it. */
export async function undoAccept(
  workspaceId: string,
  reviews: Pick<Reviews, 'undoAccept'>,
  at?: string,
): Promise<void> {
  const result = await withProgress(vscode.l10n.t('Undoing the last accept'), (options) =>
    reviews.undoAccept(workspaceId, { ...options, at }),
  );
  const undone = countedChanges(result?.restored.length ?? 0);
  const text = !result
    ? vscode.l10n.t('There is no accept to undo.')
    : result.kept.length === 0
      ? vscode.l10n.t('Undid {0} in the folder.', undone)
      : vscode.l10n.t(
          'Undid {0} in the folder. Changed since, and left alone: {1}',
          undone,
          namedPaths(result.kept),
        );
  const where = result?.originals;
  if (where === undefined) {
    void vscode.window.showInformationMessage(withoutLinks(text));
    return;
  }
  const kept = vscode.l10n.t('What was there before is kept in {0}.', JSON.stringify(where));
  const opening = openingOriginals(where);
  void vscode.window
    .showInformationMessage(withoutLinks(`${text} ${kept}`), opening.title)
    .then((title) => title === opening.title && opening.run());
}
