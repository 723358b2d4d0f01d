import * as vscode from 'vscode';
import type { IsolationReport } from '../isolation/isolationReport.ts';
import type { Workspace } from '../workspaces/workspace.ts';
import { describeLimits } from './choices.ts';
import { gradeWords } from './isolationBadge.ts';
import { formatDuration, withoutControlCharacters } from './format.ts';

type Finding = IsolationReport['findings'][number];

/** A report as a page of text: the grade first, then what does not hold, what nobody could tell, and what holds. */
export function isolationText(workspace: Workspace, report: IsolationReport): string {
  const ofStatus = (status: Finding['status']) =>
    report.findings.filter((finding) => finding.status === status);
  const block = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', title, ...lines];
  return [
    vscode.l10n.t('Isolation of {0}', plain(workspace.name)),
    vscode.l10n.t('Grade {0}: {1}', report.grade, gradeWords(report.grade)),
    '',
    vscode.l10n.t(
      'Profile {0}, network {1}, mount {2}',
      plain(workspace.profile),
      workspace.network,
      workspace.mount,
    ),
    describeLimits(workspace.limits),
    vscode.l10n.t('Checked at {0} in {1}', report.checkedAt, formatDuration(report.durationMs)),
    ...block(vscode.l10n.t('Does not hold'), ofStatus('broken').flatMap(inFull('✗'))),
    ...block(vscode.l10n.t('Unproven: nothing could tell'), ofStatus('unproven').flatMap(inFull('?'))),
    ...block(
      vscode.l10n.t('Holds'),
      ofStatus('holds').map((finding) => `  ✓ ${titleOf(finding)}: ${plain(finding.actual)}`),
    ),
    '',
    vscode.l10n.t(
      'CIS: number in section 5 of the CIS Docker Benchmark 1.6.0. Seen from inside: by a probe that uses the shell of the image, which can prove that something does not hold, and is no proof against an image that lies.',
    ),
    '',
  ].join('\n');
}

function inFull(mark: string): (finding: Finding) => string[] {
  return (finding) => [
    `  ${mark} ${titleOf(finding)} (${severityWord(finding.severity)})`,
    `      ${vscode.l10n.t('expected: {0}', plain(finding.expected))}`,
    `      ${vscode.l10n.t('actual:   {0}', plain(finding.actual))}`,
  ];
}

function titleOf({ title, cis, source }: Finding): string {
  const notes = [
    ...(cis === undefined ? [] : [vscode.l10n.t('CIS {0}', cis)]),
    ...(source === 'engine' ? [] : [sourceWord(source)]),
  ];
  return notes.length === 0 ? plain(title) : `${plain(title)} [${notes.join('; ')}]`;
}

function sourceWord(source: 'host' | 'inside'): string {
  return source === 'inside' ? vscode.l10n.t('seen from inside') : vscode.l10n.t('seen on this machine');
}

function severityWord(severity: Finding['severity']): string {
  switch (severity) {
    case 'info':
      return vscode.l10n.t('detail');
    case 'warning':
      return vscode.l10n.t('warning');
    case 'critical':
      return vscode.l10n.t('critical');
  }
}

const plain = withoutControlCharacters;
