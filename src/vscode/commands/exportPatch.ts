import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { LeftOut, PatchResult } from '../../review/patch/writePatch.ts';
import type { Reviews } from '../../review/reviews.ts';
import { CordonError, toCordonError } from '../../shared/errors.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import { fileNameOf } from '../fileNameOf.ts';
import { withoutLinks } from '../inertText.ts';
import { withProgress } from '../progress.ts';
import { countedChanges } from '../review/countedChanges.ts';
import { shownPath } from '../review/shownChange.ts';

/** As many of them stand in the message itself. */
const mostNamed = 3;

/** Writes the changes of a workspace as a patch where the person says. Gives where that is, or nothing where they gave up. */
export async function exportPatchOf(
  { id, name }: Pick<Workspace, 'id' | 'name'>,
  reviews: Pick<Reviews, 'exportPatch'>,
): Promise<string | undefined> {
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export Changes of {0} as Patch', name),
    // not into the folder: a patch is no part of it
    defaultUri: vscode.Uri.file(path.join(homedir(), `${fileNameOf(name)}.patch`)),
    filters: { Patch: ['patch', 'diff'] },
  });
  if (!uri) return undefined;
  if (uri.scheme !== 'file')
    throw new CordonError(
      'invalidRequest',
      vscode.l10n.t('A patch can be written to files of this machine only.'),
    );
  try {
    const result = await withProgress(vscode.l10n.t('Exporting changes of {0}', name), ({ signal }) =>
      reviews.exportPatch(id, uri.fsPath, signal),
    );
    tellExported(result, uri.fsPath);
  } catch (error) {
    throw toCordonError(
      error,
      'storageFailed',
      vscode.l10n.t('The patch could not be written to {0}.', uri.fsPath),
    );
  }
  return uri.fsPath;
}

function tellExported({ written, leftOut }: PatchResult, file: string): void {
  const sentence = vscode.l10n.t('Wrote {0} to {1}.', countedChanges(written.length), file);
  if (leftOut.length === 0) {
    void vscode.window.showInformationMessage(withoutLinks(sentence));
    return;
  }
  const named = leftOut
    .slice(0, mostNamed)
    .map((change) => `${shownPath(change.path)} (${describeLeftOut(change.reason)})`);
  const more = leftOut.length - named.length;
  const text = vscode.l10n.t(
    '{0} Not in it: {1}',
    sentence,
    [...named, ...(more > 0 ? [vscode.l10n.t('and {0} more', more)] : [])].join(', '),
  );
  void vscode.window.showWarningMessage(withoutLinks(text));
}

function describeLeftOut(reason: LeftOut): string {
  switch (reason) {
    case 'conflict':
      return vscode.l10n.t('it changed meanwhile');
    case 'mount':
      return vscode.l10n.t('something is mounted there');
    case 'unreadable':
      return vscode.l10n.t('you may not read it');
    case 'special':
      return vscode.l10n.t('a device, a socket or a FIFO');
    case 'tooLarge':
      return vscode.l10n.t('larger than 64 MiB');
    case 'unknownToGit':
      return vscode.l10n.t('a folder or a right that git does not keep');
    case 'refusedByGit':
      return vscode.l10n.t('git takes no patch for it');
  }
}
