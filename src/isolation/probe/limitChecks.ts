import * as l10n from '@vscode/l10n';
import { amount } from '../findingText.ts';
import type { InsideCheck, InsideContext } from './insideCheck.ts';
import type { ProbeAnswer } from './probeAnswer.ts';
import { bytesPerMiB } from '../../shared/units.ts';

/** The limits as the kernel has them: in the control group of the container and for each of its processes. */
export function limitChecks({ spec: { limits } }: InsideContext): InsideCheck[] {
  const memoryBytes = limits.memoryMiB * bytesPerMiB;
  return [
    {
      ...{ id: 'inside-memory', title: l10n.t('Memory in MiB, as the kernel has it'), severity: 'warning' },
      expected: amount(limits.memoryMiB),
      look: ({ cgroup }) => atMost(cgroup.get('memory'), memoryBytes, bytesPerMiB),
    },
    {
      ...{ id: 'inside-swap', title: l10n.t('Swap in MiB, as the kernel has it'), severity: 'info' },
      expected: '0',
      look: ({ cgroup }) => {
        const swap = bytesOf(cgroup.get('swap'));
        const together = bytesOf(cgroup.get('memory+swap'));
        const memory = bytesOf(cgroup.get('memory'));
        const onTop =
          swap ?? (together === undefined || memory === undefined ? undefined : together - memory);
        return onTop === undefined || Number.isNaN(onTop)
          ? undefined
          : { ok: onTop <= 0, actual: shown(onTop / bytesPerMiB) };
      },
    },
    {
      ...{ id: 'inside-pids', title: l10n.t('Processes and threads, as the kernel has it') },
      severity: 'warning',
      expected: amount(limits.pids),
      look: ({ cgroup }) => atMost(cgroup.get('pids'), limits.pids),
    },
    {
      ...{ id: 'inside-cpu', title: l10n.t('Processor cores, as the kernel has it'), severity: 'warning' },
      expected: amount(limits.cpus),
      look: ({ cgroup }) => {
        const cores = coresOf(cgroup);
        // The kernel counts in microseconds of a tenth of a second.
        return cores === undefined ? undefined : { ok: cores <= limits.cpus + 1e-4, actual: shown(cores) };
      },
    },
    processLimit(
      'inside-open-files',
      l10n.t('Open files, as the kernel has it'),
      'Max open files',
      limits.openFiles,
    ),
    processLimit(
      'inside-core-dumps',
      l10n.t('Bytes of a core dump, as the kernel has it'),
      'Max core file size',
      limits.coreBytes,
    ),
  ];
}

function processLimit(id: string, title: string, name: string, most: number): InsideCheck {
  return {
    ...{ id, title, severity: 'warning', expected: amount(most) },
    look: ({ limits }) => {
      const limit = limits.get(name);
      return (
        limit && {
          ok: limit.soft <= most && limit.hard <= most,
          actual: `${shown(limit.soft)}/${shown(limit.hard)}`,
        }
      );
    },
  };
}

function atMost(value: string | undefined, most: number, unit = 1) {
  const found = bytesOf(value);
  return found === undefined ? undefined : { ok: found <= most, actual: shown(found / unit) };
}

/** `undefined` when it was not told; the kernel of old writes a very large number for no limit. */
function bytesOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = value === 'max' ? Infinity : Number(value);
  return number < 0 || number >= 2 ** 62 ? Infinity : number;
}

function coresOf(cgroup: ProbeAnswer['cgroup']): number | undefined {
  const [quota, period] = cgroup.get('cpu')?.split(' ') ?? [cgroup.get('quota'), cgroup.get('period')];
  if (quota === undefined || period === undefined) return undefined;
  return quota === 'max' || Number(quota) < 0 ? Infinity : Number(quota) / Number(period);
}

function shown(value: number): string {
  return Number.isFinite(value) ? amount(value) : l10n.t('no limit');
}
