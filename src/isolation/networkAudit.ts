import * as l10n from '@vscode/l10n';
import type { ContainerFacts, IsolationFinding } from './isolationReport.ts';
import { isCutOff, type NetworkMode } from './profile.ts';

/** What an engine says of a network that was made for a workspace. */
export interface NetworkFacts {
  readonly name: string;
  readonly driver: string;
  /** The engine lets nothing of it out. */
  readonly internal: boolean;
  readonly ipv6: boolean;
  /** Addresses that the engine set aside for its machine. */
  readonly gateways: readonly string[];
}

/** Checks that a container's network is what was asked for: an engine may leave out in silence what it does not know. */
export function auditOwnNetwork(
  networks: readonly NetworkFacts[],
  { networks: attached }: Pick<ContainerFacts, 'networks'>,
  mode: NetworkMode,
): IsolationFinding[] {
  if (mode === 'none') return [];
  const joined = networks.filter(({ name }) => attached.includes(name));
  const isOpen = !isCutOff(mode);
  // A bridge has the host at its other end, whatever else is said of it.
  const isPromised = ({ driver, internal }: NetworkFacts) =>
    isOpen ? driver === 'bridge' : driver === 'macvlan' && internal;
  return [
    {
      id: 'network-kind',
      title: l10n.t('Kind of network'),
      ok: joined.length > 0 && joined.every(isPromised),
      expected: isOpen
        ? l10n.t('a bridge of its own')
        : l10n.t('a macvlan of its own without a way out, above an empty bridge'),
      actual: joined.map(describe).join('; ') || l10n.t('not one that was made for it'),
      severity: 'critical',
    },
    {
      id: 'network-ipv6',
      title: l10n.t('No IPv6 in the network'),
      ok: joined.every(({ ipv6 }) => !ipv6),
      expected: l10n.t('yes'),
      actual: joined.every(({ ipv6 }) => !ipv6) ? l10n.t('yes') : l10n.t('no'),
      severity: 'warning',
    },
  ];
}

function describe({ driver, internal }: NetworkFacts): string {
  return `${driver.slice(0, 40)}, ${internal ? l10n.t('without a way out') : l10n.t('with a way out')}`;
}
