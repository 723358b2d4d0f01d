import * as vscode from 'vscode';
import { foldersAbove } from '../../isolation/folderScan.ts';
import { isModeOfFolder, type Blocker, type Change } from '../../review/change.ts';
import { isAtOrBelow } from '../../review/isAtOrBelow.ts';
import { withoutControlCharacters } from '../format.ts';

const mostNamed = 10;

/** The groups of a review, in their order. */
export type ChangeGroup = 'conflicts' | 'dangerous' | 'changes';

/** Where a change stands: what cannot be accepted, or not without a second look, is kept apart. */
export function groupOf({ conflict, dangers, blocker }: Change): ChangeGroup {
  if (conflict) return 'conflicts';
  return blocker !== undefined || dangers.length > 0 ? 'dangerous' : 'changes';
}

/** Whether a change needs a word of its own to be accepted. */
export function needsSecondYes({ dangers }: Change): boolean {
  return dangers.includes('protected') || dangers.includes('linkOut');
}

/** A path as it can be shown and be part of a URI. */
export function shownPath(path: string): string {
  return withoutControlCharacters(path.replaceAll(/\p{Cs}/gu, '\ufffd'));
}

/** Paths in a sentence, the first of them where there are many. */
export function namedPaths(paths: readonly string[]): string {
  const shown = paths.slice(0, mostNamed).map(shownPath).join(', ');
  return paths.length > mostNamed
    ? vscode.l10n.t('{0} and {1} more', shown, paths.length - mostNamed)
    : shown;
}

/** What there is to know of a change, in a line. */
export function describeChange(change: Change): string {
  const { kind, conflict, dangers, blocker } = change;
  const kinds = {
    added: vscode.l10n.t('added'),
    modified: vscode.l10n.t('modified'),
    deleted: vscode.l10n.t('deleted'),
  };
  return [
    kinds[kind],
    ...(conflict ? [vscode.l10n.t('changed in the folder, too')] : []),
    ...dangers.map(describeDanger),
    ...(blocker ? [describeBlocker(blocker)] : []),
  ].join(' · ');
}

/**
 * The changes with a row of their own: a folder that was made is told by what is in it, unless there is nothing, and one
 * that was removed stands for all that was in it, but for what cannot go with it.
 */
export function rowsOf(changes: readonly Change[]): readonly Change[] {
  const above = new Set(foldersAbove(changes.map(({ path }) => path)));
  const removed = new Set(changes.filter(({ kind }) => kind === 'deleted').map(({ path }) => path));
  const isRemoved = isAtOrBelow(removed);
  return changes.filter((change) => {
    const { path, type, kind } = change;
    if (kind === 'added') return type !== 'folder' || !above.has(path);
    if (kind === 'modified' || groupOf(change) !== 'changes') return true;
    return !isRemoved(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
  });
}

/** Rows that mean nothing but themselves: what is in a folder of another mode has rows of its own. */
export function aloneOf(rows: readonly Change[] = []): readonly string[] {
  return rows.filter(isModeOfFolder).map(({ path }) => path);
}

function describeDanger(danger: Change['dangers'][number]): string {
  switch (danger) {
    case 'protected':
      return vscode.l10n.t('runs programs on this machine by itself');
    case 'linkOut':
      return vscode.l10n.t('a symbolic link that may lead out of the folder');
    case 'executable':
      return vscode.l10n.t('can be run as a program');
    case 'huge':
      return vscode.l10n.t('larger than 64 MiB');
    case 'binary':
      return vscode.l10n.t('no text');
  }
}

function describeBlocker(blocker: Blocker): string {
  switch (blocker) {
    case 'mount':
      return vscode.l10n.t('something is mounted there');
    case 'unreadable':
      return vscode.l10n.t('belongs to another user');
    case 'special':
      return vscode.l10n.t('a device, a socket or a FIFO');
    case 'tooLarge':
      return vscode.l10n.t('larger than 4 GiB');
  }
}
