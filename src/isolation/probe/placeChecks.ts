import * as l10n from '@vscode/l10n';
import type { InsideCheck, InsideContext } from './insideCheck.ts';
import { listedPaths } from './listedPaths.ts';
import type { ProbeAnswer } from './probeAnswer.ts';

/** Devices of every container, which give way to nothing; `core` and others are links. */
const harmlessDevices = new Set(['null', 'zero', 'full', 'random', 'urandom', 'tty', 'console', 'ptmx']);

/** What can be written, whatever is mounted there, and which devices and sockets there are. */
export function placeChecks({ plan }: InsideContext): InsideCheck[] {
  return [
    {
      id: 'closed-places',
      title: l10n.t('Places that cannot be written'),
      severity: 'critical',
      expected: listedPaths(plan.closed),
      look: ({ writable, closed }) => {
        const open = plan.closed.filter((path) => writable.has(path));
        if (open.length > 0) return { ok: false, actual: l10n.t('can be written: {0}', listedPaths(open)) };
        const tried = plan.closed.filter((path) => closed.has(path));
        return tried.length === 0 ? undefined : { ok: true, actual: listedPaths(tried) };
      },
    },
    {
      id: 'writable-places',
      title: l10n.t('Places that can be written'),
      severity: 'info',
      expected: listedPaths(plan.writable),
      look: ({ writable, closed }) =>
        writable.size + closed.size === 0
          ? undefined
          : {
              ok: plan.writable.every((path) => writable.has(path)),
              actual: listedPaths(plan.writable.filter((path) => writable.has(path))),
            },
    },
    {
      id: 'inside-devices',
      title: l10n.t('Devices that can be seen'),
      severity: 'critical',
      expected: l10n.t('only those of every container'),
      look: ({ devices }) => {
        if (devices.length === 0) return undefined;
        const found = devices.filter(({ kind, name }) => kind === 'block' || !harmlessDevices.has(name));
        return {
          ok: found.length === 0,
          actual: listedPaths(found.length > 0 ? names(found) : names(devices)),
        };
      },
    },
    {
      id: 'engine-socket',
      title: l10n.t('Sockets of the engine or the host'),
      severity: 'critical',
      expected: listedPaths([]),
      look: ({ sockets, mounts }) =>
        mounts.length === 0
          ? undefined
          : { ok: sockets.length === 0, actual: listedPaths([...new Set(sockets)]) },
    },
  ];
}

function names(devices: ProbeAnswer['devices']): string[] {
  return devices.map(({ name }) => name);
}
