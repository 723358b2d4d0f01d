import * as l10n from '@vscode/l10n';
import type { ContainerSpec } from './containerSpec.ts';
import { amount } from './findingText.ts';
import type { ContainerFacts, IsolationFinding } from './isolationReport.ts';
import { bytesPerMiB, nanosPerSecond } from '../shared/units.ts';

/** Checks every limit. A lower one than promised holds; none at all, which engines write as 0 or less, does not. */
export function auditLimits(facts: ContainerFacts, { limits }: ContainerSpec): IsolationFinding[] {
  const memoryBytes = limits.memoryMiB * bytesPerMiB;
  return [
    atMost('memory', l10n.t('Memory, MiB'), facts.memoryBytes, memoryBytes, bytesPerMiB),
    {
      ...atMost(
        'swap',
        l10n.t('Memory and swap together, MiB'),
        facts.memorySwapBytes,
        memoryBytes,
        bytesPerMiB,
      ),
      // With a lower limit of memory, swap would come on top of it.
      ok: facts.memorySwapBytes > 0 && facts.memorySwapBytes <= Math.min(memoryBytes, facts.memoryBytes),
    },
    atMost(
      'cpu',
      l10n.t('Processor cores'),
      facts.nanoCpus,
      Math.ceil(limits.cpus * nanosPerSecond),
      nanosPerSecond,
    ),
    atMost('pids', l10n.t('Processes and threads'), facts.pidsLimit, limits.pids),
    atMost(
      'shared-memory',
      l10n.t('Shared memory, MiB'),
      facts.sharedMemoryBytes,
      limits.sharedMemoryMiB * bytesPerMiB,
      bytesPerMiB,
    ),
    ulimit(facts, 'open-files', l10n.t('Open files per process'), 'nofile', 1, limits.openFiles),
    ulimit(facts, 'core-dumps', l10n.t('Bytes of a core dump'), 'core', 0, limits.coreBytes),
  ];
}

function atMost(id: string, title: string, actual: number, promised: number, unit = 1): IsolationFinding {
  return {
    id,
    title,
    ok: actual > 0 && actual <= promised,
    expected: amount(promised / unit),
    actual: actual > 0 ? amount(actual / unit) : l10n.t('no limit'),
    severity: 'warning',
  };
}

function ulimit(
  facts: ContainerFacts,
  id: string,
  title: string,
  name: string,
  least: number,
  promised: number,
): IsolationFinding {
  const found = facts.ulimits.filter((limit) => limit.name === name);
  const within = (value: number) => value >= least && value <= promised;
  return {
    id,
    title,
    ok: found.length === 1 && found.every(({ soft, hard }) => within(soft) && within(hard)),
    expected: amount(promised),
    actual: found.map(({ soft, hard }) => `${amount(soft)}/${amount(hard)}`).join(', ') || l10n.t('no limit'),
    severity: 'warning',
  };
}
