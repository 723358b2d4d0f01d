import * as vscode from 'vscode';
import type { Limits } from '../isolation/profile.ts';
import { bytesPerMiB } from '../shared/units.ts';
import type { ResourceSample } from '../workspaces/resources/resourceSample.ts';
import { formatSize, numberFormat } from './format.ts';

/** What a workspace uses in a few characters, for example `0.4 cores · 312 MB`. */
export function shortResources(used: ResourceSample): string {
  return `${vscode.l10n.t('{0} cores', cores(used.cpuCores))} · ${memory(used.memoryBytes)}`;
}

/** What a workspace uses of what it may use, in one line. */
export function resourceLine(used: ResourceSample, limits: Limits): string {
  return vscode.l10n.t(
    '{0} of {1} cores · {2} of {3} · {4} of {5} processes',
    cores(used.cpuCores),
    limits.cpus,
    memory(used.memoryBytes),
    size(limits.memoryMiB * bytesPerMiB),
    used.pids,
    limits.pids,
  );
}

/** All that is known of what a workspace uses. */
export function resourceText(used: ResourceSample, limits: Limits): string {
  return [resourceLine(used, limits), ...rateLines(used)].join('\n');
}

function rateLines(used: ResourceSample): string[] {
  const rate = (bytesPerSecond: number) => `${size(bytesPerSecond)}/s`;
  return [
    vscode.l10n.t(
      'Network: {0} received, {1} sent',
      rate(used.receivedBytesPerSecond),
      rate(used.sentBytesPerSecond),
    ),
    vscode.l10n.t(
      'Disk: {0} read, {1} written',
      rate(used.readBytesPerSecond),
      rate(used.writtenBytesPerSecond),
    ),
  ];
}

/** Always with one digit behind the point, so that the text stays where it is. */
function cores(value: number): string {
  return numberFormat(vscode.env.language, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  }).format(value);
}

/** Without what comes and goes all the time. */
function memory(bytes: number): string {
  const step = bytesPerMiB / 10;
  return size(Math.round(bytes / step) * step);
}

function size(bytes: number): string {
  return formatSize(bytes, vscode.env.language);
}
