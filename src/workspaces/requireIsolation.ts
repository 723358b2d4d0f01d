import * as l10n from '@vscode/l10n';
import type { IsolationReport } from '../isolation/isolationReport.ts';
import { CordonError } from '../shared/errors.ts';

/** Fails closed: throws `isolationNotHeld` when a critical promise does not hold. */
export function requireIsolation({ findings }: Pick<IsolationReport, 'findings'>): void {
  const broken = findings.filter(({ status, severity }) => status === 'broken' && severity === 'critical');
  if (broken.length === 0) return;
  throw new CordonError(
    'isolationNotHeld',
    l10n.t(
      'The container was stopped: what the profile promises does not hold ({0}).',
      broken.map(({ title, actual }) => `${title}: ${actual}`).join('; '),
    ),
  );
}
