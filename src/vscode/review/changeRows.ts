import * as vscode from 'vscode';
import type { Change } from '../../review/change.ts';
import { describeChange, groupOf, shownPath } from './shownChange.ts';

/** A change in the view of changes. */
export interface ChangeRow extends vscode.SourceControlResourceState {
  readonly workspaceId: string;
  readonly change: Change;
}

/** The row of a change of a workspace, whose folder this is. */
export function changeRow(change: Change, workspaceId: string, folder: vscode.Uri): ChangeRow {
  const { path, kind } = change;
  const icons = { added: 'diff-added', modified: 'diff-modified', deleted: 'diff-removed' };
  return {
    workspaceId,
    change,
    resourceUri: vscode.Uri.joinPath(folder, shownPath(path)),
    contextValue: groupOf(change),
    decorations: {
      strikeThrough: kind === 'deleted',
      tooltip: describeChange(change),
      iconPath: new vscode.ThemeIcon(icons[kind]),
    },
    command: {
      command: 'cordon.openChange',
      title: vscode.l10n.t('Compare with Folder'),
      arguments: [{ workspaceId, change }],
    },
  };
}

/** It has no change to be accepted: a click leads to the setting that leaves it out. */
export function excludedRow(path: string, folder: vscode.Uri): vscode.SourceControlResourceState {
  return {
    resourceUri: vscode.Uri.joinPath(folder, shownPath(path)),
    contextValue: 'excluded',
    decorations: {
      faded: true,
      tooltip: vscode.l10n.t('left out of the review by cordon.review.exclude'),
      iconPath: new vscode.ThemeIcon('circle-slash'),
    },
    command: { command: 'cordon.showExcluded', title: vscode.l10n.t('Show What Is Excluded') },
  };
}
