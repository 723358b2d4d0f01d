import * as l10n from '@vscode/l10n';
import type { ContainerSpec } from '../containerSpec.ts';
import type { EngineSupport } from '../engineSupport.ts';
import { auditIsolation } from '../isolationAudit.ts';
import type { ContainerFacts, IsolationFinding } from '../isolationReport.ts';
import type { NetworkFacts } from '../networkAudit.ts';

/** What there is to know of the proxy of a workspace. */
export interface ProxyFacts {
  /** As the engine has it; `undefined` where there is none. */
  readonly container: ContainerFacts | undefined;
  readonly spec: ContainerSpec;
  /** Those that were made for the workspace and its proxy. */
  readonly networks: readonly NetworkFacts[];
  /** Where the workspace reaches it; missing while it does not run. */
  readonly address?: string;
  /** A name that its rules let through, where they allow one by the name alone. */
  readonly allowed?: string;
}

interface Context {
  /** Names of those that the workspace itself is attached to. */
  readonly attached: readonly string[];
  readonly support: EngineSupport;
  readonly rootlessEngine: boolean;
}

/**
 * Checks the proxy of a workspace: hardened as the workspace is, and between its two networks. Without one the workspace
 * reaches nothing, which breaks no boundary.
 */
export function auditProxy({ container, spec, networks }: ProxyFacts, context: Context): IsolationFinding[] {
  const runs = container?.running === true;
  const running: IsolationFinding = {
    id: 'proxy-runs',
    title: l10n.t('Proxy'),
    ok: runs,
    expected: l10n.t('runs'),
    actual: runs
      ? l10n.t('runs')
      : l10n.t('does not run, so that nothing can be reached until it is brought back'),
    severity: 'warning',
  };
  if (!container) return [running];
  const { support, rootlessEngine } = context;
  const broken = auditIsolation(container, spec, { support, rootlessEngine }).filter(
    ({ id, ok, severity, unproven }) => !ok && unproven !== true && severity !== 'info' && id !== 'network',
  );
  return [
    running,
    {
      id: 'proxy-hardened',
      title: l10n.t('The container of the proxy'),
      ok: broken.length === 0,
      expected: l10n.t('no folder, no capability, a read-only image, limits on everything'),
      actual:
        broken.length === 0
          ? l10n.t('as it must be')
          : broken.map(({ title, actual }) => `${title}: ${actual}`).join('; '),
      severity: broken.some(({ severity }) => severity === 'critical') ? 'critical' : 'warning',
    },
    proxyNetworks(container, networks, context),
  ];
}

/** One that the workspace is in, the empty bridge below it, and one that leads out and that the workspace is not in. */
function proxyNetworks(
  { networks: joined }: ContainerFacts,
  networks: ProxyFacts['networks'],
  { attached }: Context,
): IsolationFinding {
  const known = joined.flatMap((name) => networks.find((network) => network.name === name) ?? []);
  const inner = known.filter(({ name }) => attached.includes(name));
  const below = known.filter(({ driver, internal }) => driver === 'bridge' && internal);
  const outer = known.filter(
    ({ driver, internal, name }) => driver === 'bridge' && !internal && !attached.includes(name),
  );
  const counts = [joined, inner, below, outer].map(({ length }) => length);
  return {
    id: 'proxy-networks',
    title: l10n.t('Networks of the proxy'),
    ok: counts.join(' ') === '3 1 1 1',
    expected: l10n.t("the workspace's own with the empty bridge below it, and one of its own that leads out"),
    actual: joined.join(', ').slice(0, 300) || l10n.t('none'),
    severity: 'critical',
  };
}
