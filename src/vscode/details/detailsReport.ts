import * as vscode from 'vscode';
import type { IsolationReport, ReportedFinding } from '../../isolation/isolationReport.ts';
import { formatDuration, withoutControlCharacters } from '../format.ts';
import { gradeWords } from '../isolationBadge.ts';
import type { DetailsFinding, DetailsReport } from './detailsMessages.ts';

const order: Readonly<Record<ReportedFinding['status'], number>> = { broken: 0, unproven: 1, holds: 2 };

/** What the page shows of a report: what does not hold first. */
export function detailsReport(report: IsolationReport, isChecking: boolean): DetailsReport {
  const { grade, checkedAt, durationMs } = report;
  return {
    summary: vscode.l10n.t(
      'Grade {0}: {1} Checked at {2} in {3}.',
      grade,
      gradeWords(grade),
      checkedAt.replace('T', ' ').replace(/\.\d+Z$/, 'Z'),
      formatDuration(durationMs),
    ),
    findings: [...report.findings].sort((a, b) => order[a.status] - order[b.status]).map(findingOf),
    isChecking,
  };
}

/** What the page shows where there is no report, with the reason. */
export function noReport(why: string, isChecking = false): DetailsReport {
  return { summary: withoutControlCharacters(why), findings: [], isChecking };
}

function findingOf({ status, severity, title, expected, actual }: ReportedFinding): DetailsFinding {
  return {
    status,
    statusWord: statusWord(status, severity),
    title: withoutControlCharacters(title),
    expected: withoutControlCharacters(expected),
    actual: withoutControlCharacters(actual),
  };
}

function statusWord(status: ReportedFinding['status'], severity: ReportedFinding['severity']): string {
  switch (status) {
    case 'holds':
      return vscode.l10n.t('holds');
    case 'unproven':
      return vscode.l10n.t('unproven');
    case 'broken':
      return severity === 'critical'
        ? vscode.l10n.t('does not hold, critical')
        : vscode.l10n.t('does not hold');
  }
}
