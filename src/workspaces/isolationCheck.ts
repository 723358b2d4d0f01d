import * as l10n from '@vscode/l10n';
import type { ContainerSpec } from '../isolation/containerSpec.ts';
import { auditIsolation } from '../isolation/isolationAudit.ts';
import { buildReport, type ContainerFacts, type IsolationReport } from '../isolation/isolationReport.ts';
import { CordonError } from '../shared/errors.ts';
import type { ContainerEngine } from './containerEngine.ts';

/** Compares a running container with every promise of its specification. */
export function checkIsolation(
  engine: Pick<ContainerEngine, 'info'>,
  facts: ContainerFacts,
  spec: ContainerSpec,
): IsolationReport {
  const startedAt = performance.now();
  const findings = auditIsolation(facts, spec, { rootlessEngine: engine.info.rootless });
  return buildReport(findings, new Date(), performance.now() - startedAt);
}

/** Fails closed: throws `isolationNotHeld` when a critical promise does not hold. */
export function requireIsolation({ findings }: Pick<IsolationReport, 'findings'>): void {
  const broken = findings.filter(({ ok, severity }) => !ok && severity === 'critical');
  if (broken.length === 0) return;
  throw new CordonError(
    'isolationNotHeld',
    l10n.t(
      'The container was stopped: what the profile promises does not hold ({0}).',
      broken.map(({ title, actual }) => `${title}: ${actual}`).join('; '),
    ),
  );
}
