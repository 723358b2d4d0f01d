import * as vscode from 'vscode';
import type { CleanUpKind } from '../../workspaces/cleanUp/cleanUpItem.ts';
import { withoutControlCharacters } from '../format.ts';
import { withoutIcons } from '../inertText.ts';

/** What can be cleaned up, in the order in which it is offered. */
export const cleanUpKinds: readonly CleanUpKind[] = [
  'stopped',
  'archived',
  'volume',
  'network',
  'image',
  'record',
  'movedAway',
  'securityLog',
];

/** What stands over all things of a kind. */
export function headingOf(kind: CleanUpKind): string {
  switch (kind) {
    case 'stopped':
      return vscode.l10n.t('Workspaces not used for long, with what only they have');
    case 'archived':
      return vscode.l10n.t('Archived workspaces and their changes');
    case 'volume':
      return vscode.l10n.t('Volumes of no workspace');
    case 'network':
      return vscode.l10n.t('Networks of no workspace');
    case 'image':
      return vscode.l10n.t('Images that Cordon built and nothing uses');
    case 'record':
      return vscode.l10n.t('Stored workspaces that could not be read');
    case 'movedAway':
      return vscode.l10n.t('Files that were moved to the quarantine');
    case 'securityLog':
      return vscode.l10n.t('Security logs of deleted workspaces');
  }
}

/** Names come from labels and folders: text, whatever they contain. */
export function inertName(name: string): string {
  return withoutIcons(withoutControlCharacters(name)).slice(0, 200);
}
