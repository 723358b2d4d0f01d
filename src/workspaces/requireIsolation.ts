import * as l10n from '@vscode/l10n';
import type { IsolationReport } from '../isolation/isolationReport.ts';
import { CordonError } from '../shared/errors.ts';

/** Fails closed: throws `isolationNotHeld` when a critical promise does not hold. */
export function requireIsolation(report: Pick<IsolationReport, 'findings'>): void {
  const broken = brokenPromises(report);
  if (broken === undefined) return;
  throw new CordonError(
    'isolationNotHeld',
    l10n.t('The container was stopped: what the profile promises does not hold ({0}).', broken),
  );
}

/** Names the critical promises that do not hold; `undefined` where all do. */
export function brokenPromises({ findings }: Pick<IsolationReport, 'findings'>): string | undefined {
  const broken = findings.filter(({ status, severity }) => status === 'broken' && severity === 'critical');
  return broken.map(({ title, actual }) => `${title}: ${actual}`).join('; ') || undefined;
}
