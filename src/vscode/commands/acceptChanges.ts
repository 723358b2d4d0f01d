import * as vscode from 'vscode';
import { confirm } from '../confirm.ts';
import type { Change } from '../../review/change.ts';
import type { Refusal } from '../../review/chooseChanges.ts';
import type { AcceptResult, Reviews } from '../../review/reviews.ts';
import { withoutLinks } from '../inertText.ts';
import { withProgress } from '../progress.ts';
import { countedChanges } from '../review/countedChanges.ts';
import { aloneOf, namedPaths, needsSecondYes, shownPath } from '../review/shownChange.ts';
import type { Meant } from './reviewCommands.ts';

/** What is dangerous and was chosen by itself needs a second, explicit yes; of everything it is left out and told. */
export async function acceptMeant(
  { control, changes }: Meant,
  reviews: Pick<Reviews, 'accept'>,
): Promise<void> {
  // as they are now, before anything is asked
  const seen = [...(await control.listed()), ...(changes ?? [])];
  if (seen.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There are no changes to accept.'));
    return;
  }
  const dangerous = (changes ?? []).filter(needsSecondYes);
  if (dangerous.length > 0 && !(await confirmDangerous(dangerous))) return;
  const result = await withProgress(vscode.l10n.t('Accepting changes'), (options) =>
    reviews.accept(
      control.workspaceId,
      changes?.map(({ path }) => path),
      { ...options, seen, alone: aloneOf(changes) },
    ),
  );
  tellAccepted(control.workspaceId, result);
}

/** Asks for the second yes that dangerous changes need. */
export async function confirmDangerous(dangerous: readonly Change[]): Promise<boolean> {
  const why = vscode.l10n.t(
    'They can make your machine run code of the workspace by itself, or lead out of the folder: {0}',
    namedPaths(dangerous.map(({ path }) => path)),
  );
  return await confirm(
    vscode.l10n.t('Accept {0} in spite of the danger?', countedChanges(dangerous.length)),
    [why],
    vscode.l10n.t('Accept Anyway'),
  );
}

/** Its button undoes this very accept, and no later one. */
function tellAccepted(workspaceId: string, { accepted, refused, at }: AcceptResult): void {
  const undoButton = vscode.l10n.t('Undo');
  const sentence = vscode.l10n.t('Accepted {0}.', countedChanges(accepted.length));
  if (refused.length === 0) {
    if (accepted.length === 0) return;
    void vscode.window.showInformationMessage(sentence, undoButton).then(undoIfAsked);
    return;
  }
  const left = refused
    .slice(0, 3)
    .map(({ path, reason }) => `${shownPath(path)} (${describeRefusal(reason)})`);
  const more =
    refused.length > left.length ? [vscode.l10n.t('and {0} more', refused.length - left.length)] : [];
  const text = vscode.l10n.t('{0} Not accepted: {1}', sentence, [...left, ...more].join(', '));
  void vscode.window
    .showWarningMessage(withoutLinks(text), ...(accepted.length > 0 ? [undoButton] : []))
    .then(undoIfAsked);

  function undoIfAsked(answer: string | undefined): void {
    if (answer === undoButton) void vscode.commands.executeCommand('cordon.undoAccept', workspaceId, at);
  }
}

function describeRefusal(reason: Refusal): string {
  switch (reason) {
    case 'conflict':
      return vscode.l10n.t('changed in the folder meanwhile');
    case 'protected':
      return vscode.l10n.t('protected: accept it by itself');
    case 'linkOut':
      return vscode.l10n.t('leads out of the folder: accept it by itself');
    case 'mount':
      return vscode.l10n.t('something is mounted there');
    case 'unreadable':
      return vscode.l10n.t('you may not read or write it');
    case 'special':
      return vscode.l10n.t('a device, a socket or a FIFO');
    case 'tooLarge':
      return vscode.l10n.t('larger than 4 GiB');
    case 'name':
      return vscode.l10n.t('the disk takes no such name');
    case 'changed':
      return vscode.l10n.t('changed since it was shown: look at it again');
    case 'noChange':
      return vscode.l10n.t('no change any more');
  }
}
