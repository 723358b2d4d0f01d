import * as vscode from 'vscode';
import type { IsolationReport } from '../isolation/isolationReport.ts';
import type { IsolationGrade, Workspace } from '../workspaces/workspace.ts';

/** A workspace whose isolation does not hold in part or at all, by its last check. */
export function isBelowB(
  workspace: Workspace,
): workspace is Workspace & { readonly isolation: IsolationGrade } {
  return workspace.isolation?.grade === 'C' || workspace.isolation?.grade === 'F';
}

/** The grade in words short enough for a row. */
export function isolationWord({ grade }: IsolationGrade): string {
  return vscode.l10n.t('isolation {0}', grade);
}

/** What a grade means, in a sentence. */
export function gradeWords(grade: IsolationReport['grade']): string {
  switch (grade) {
    case 'A':
      return vscode.l10n.t('everything that the profile promises holds.');
    case 'B':
      return vscode.l10n.t(
        'nothing that matters is broken; details differ, or not everything could be proven.',
      );
    case 'C':
      return vscode.l10n.t('part of what the profile promises does not hold.');
    case 'F':
      return vscode.l10n.t('the isolation does not hold. Do not run code that you do not trust.');
  }
}

/** The icon of a grade; its shape tells as much as its colour. */
export function gradeIcon(grade: IsolationReport['grade']): vscode.ThemeIcon {
  switch (grade) {
    case 'A':
      return new vscode.ThemeIcon('verified-filled', new vscode.ThemeColor('testing.iconPassed'));
    case 'B':
      return new vscode.ThemeIcon('verified');
    case 'C':
      return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    case 'F':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'));
  }
}
