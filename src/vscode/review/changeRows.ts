import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import type { Change } from '../../review/change.ts';
import { describeChange, groupOf, shownPath } from './shownChange.ts';

/** A change in the view of changes. */
export interface ChangeRow extends vscode.SourceControlResourceState {
  readonly workspaceId: string;
  readonly change: Change;
}

/**
 * The rows of the changes of a workspace. What is as it was has the very same row as before: VS Code draws any other one anew,
 * and a button that is just being pressed would do nothing.
 */
export class ChangeRows {
  private readonly workspaceId: string;
  private readonly folder: vscode.Uri;
  private rows: ReadonlyMap<string, ChangeRow> = new Map();

  constructor(workspaceId: string, folder: vscode.Uri) {
    this.workspaceId = workspaceId;
    this.folder = folder;
  }

  of(changes: readonly Change[]): readonly ChangeRow[] {
    const rows = changes.map((change) => {
      const before = this.rows.get(change.path);
      const isSame = before !== undefined && isDeepStrictEqual(before.change, change);
      return isSame ? before : changeRow(change, this.workspaceId, this.folder);
    });
    this.rows = new Map(rows.map((row) => [row.change.path, row]));
    return rows;
  }
}

function changeRow(change: Change, workspaceId: string, folder: vscode.Uri): ChangeRow {
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
