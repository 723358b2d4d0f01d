import * as vscode from 'vscode';
import type { IsolationReport } from '../isolation/isolationReport.ts';
import type { Workspace } from '../workspaces/workspace.ts';
import { describeLimits } from './choices.ts';
import { formatDuration, withoutControlCharacters } from './format.ts';

/** A report as a page of text: the grade first, then what does not hold, then what holds. */
export function isolationText(workspace: Workspace, report: IsolationReport): string {
  const failed = report.findings.filter((finding) => !finding.ok);
  const held = report.findings.filter((finding) => finding.ok);
  const block = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', title, ...lines];
  return [
    vscode.l10n.t('Isolation of {0}', plain(workspace.name)),
    vscode.l10n.t('Grade {0}: {1}', report.grade, gradeWords(report.grade)),
    '',
    vscode.l10n.t(
      'Profile {0}, network {1}, mount {2}',
      workspace.profile,
      workspace.network,
      workspace.mount,
    ),
    describeLimits(workspace.limits),
    vscode.l10n.t('Checked at {0} in {1}', report.checkedAt, formatDuration(report.durationMs)),
    ...block(
      vscode.l10n.t('Does not hold'),
      failed.flatMap((finding) => [
        `  ✗ ${plain(finding.title)} (${severityWord(finding.severity)})`,
        `      ${vscode.l10n.t('expected: {0}', plain(finding.expected))}`,
        `      ${vscode.l10n.t('actual:   {0}', plain(finding.actual))}`,
      ]),
    ),
    ...block(
      vscode.l10n.t('Holds'),
      held.map((finding) => `  ✓ ${plain(finding.title)}: ${plain(finding.actual)}`),
    ),
    '',
  ].join('\n');
}

function severityWord(severity: IsolationReport['findings'][number]['severity']): string {
  switch (severity) {
    case 'info':
      return vscode.l10n.t('detail');
    case 'warning':
      return vscode.l10n.t('warning');
    case 'critical':
      return vscode.l10n.t('critical');
  }
}

function gradeWords(grade: IsolationReport['grade']): string {
  switch (grade) {
    case 'A':
      return vscode.l10n.t('everything that the profile promises holds.');
    case 'B':
      return vscode.l10n.t('everything that matters holds; details differ.');
    case 'C':
      return vscode.l10n.t('part of what the profile promises does not hold.');
    case 'F':
      return vscode.l10n.t('the isolation does not hold. Do not run code that you do not trust.');
  }
}

const plain = withoutControlCharacters;
