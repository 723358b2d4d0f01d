import * as l10n from '@vscode/l10n';
import type { TmpfsMount } from '../containerSpec.ts';
import { viewLayers } from '../folderView.ts';
import { workspaceFolder } from '../imageVolumes.ts';
import { maskedSystemPaths, readOnlySystemPaths } from '../systemPaths.ts';
import type { InsideCheck, InsideContext } from './insideCheck.ts';
import { listedPaths } from './listedPaths.ts';
import type { MountSeen } from './probeAnswer.ts';

/** Files that engines mount into every container: names, and the init process. */
const ofEngine =
  /^\/(etc\/(resolv\.conf|hostname|hosts)|etc\/mtab|(usr\/)?s?bin\/docker-init|dev\/init|run\/podman-init|run\/\.containerenv)$/;
/** File systems of the kernel that hold nothing of the host's disks. */
const ofKernel = new Set(['proc', 'sysfs', 'cgroup', 'cgroup2', 'devpts', 'mqueue', 'tmpfs']);

/** What is mounted, and what lies over what: the root, the folder, places in memory, and paths of the kernel. */
export function mountChecks(context: InsideContext): InsideCheck[] {
  const { spec, ownKernel } = context;
  const readOnly = spec.mounts.filter((mount) => mount.readOnly).map(({ target }) => target);
  return [
    ...(spec.readOnlyRoot
      ? [readOnlyCheck('inside-root', l10n.t('Read-only root, as the kernel has it'), ['/'], 'warning')]
      : []),
    ...(readOnly.length > 0
      ? [
          readOnlyCheck(
            'inside-read-only',
            l10n.t('Read-only mounts, as the kernel has them'),
            readOnly,
            'critical',
          ),
        ]
      : []),
    {
      id: 'inside-mounts',
      title: l10n.t('Nothing else is mounted'),
      severity: 'critical',
      expected: listedPaths([]),
      look: ({ mounts }) => {
        if (!mounts.some(({ target }) => target === '/')) return undefined;
        const unexpected = mounts.filter((mount) => !isExpected(mount, context));
        return { ok: unexpected.length === 0, actual: listedPaths(unexpected.map(({ target }) => target)) };
      },
    },
    {
      id: 'inside-memory-mounts',
      title: l10n.t('Places in memory: their sizes and flags'),
      severity: 'warning',
      expected: l10n.t('as promised'),
      look: ({ mounts }) => {
        if (mounts.length === 0) return undefined;
        const wrong = spec.tmpfs.filter((wanted) => !isAsPromised(topOf(mounts, wanted.target), wanted));
        return {
          ok: wrong.length === 0,
          actual:
            wrong.length === 0
              ? l10n.t('as promised')
              : l10n.t('not as promised: {0}', listedPaths(wrong.map(({ target }) => target))),
        };
      },
    },
    ...(ownKernel ? [] : [kernelPathsCheck(), ...viewChecks(context)]),
    ...folderPathChecks(context),
  ];
}

function readOnlyCheck(
  id: string,
  title: string,
  targets: readonly string[],
  severity: InsideCheck['severity'],
): InsideCheck {
  return {
    ...{ id, title, severity, expected: l10n.t('read-only: {0}', listedPaths(targets)) },
    look: ({ mounts }) => {
      if (mounts.length === 0) return undefined;
      const writable = targets.filter((target) => !topOf(mounts, target)?.flags.includes('ro'));
      return writable.length === 0
        ? { ok: true, actual: l10n.t('read-only: {0}', listedPaths(targets)) }
        : { ok: false, actual: l10n.t('writable: {0}', listedPaths(writable)) };
    },
  };
}

/** The engine hides or closes them; one that an option uncovered shows here. */
const kernelPathsCheck = (): InsideCheck => ({
  id: 'kernel-paths',
  title: l10n.t('Paths of the kernel, hidden or read-only'),
  severity: 'critical',
  expected: l10n.t('all that there are'),
  look: ({ mounts, existing }) => {
    if (!topOf(mounts, '/proc')) return undefined;
    const isHidden = (path: string) => {
      const top = topOf(mounts, path);
      return top !== undefined && (top.type === 'tmpfs' || top.root === '/null' || top.type === 'devtmpfs');
    };
    const isReadOnly = (path: string) => topOf(mounts, path)?.flags.includes('ro') === true;
    const open = [
      ...maskedSystemPaths(0).filter((path) => existing.has(path) && !isHidden(path)),
      ...readOnlySystemPaths.filter((path) => existing.has(path) && !isReadOnly(path)),
      ...['/sys'].filter((path) => topOf(mounts, path) && !isReadOnly(path)),
    ];
    return open.length === 0
      ? { ok: true, actual: l10n.t('all that there are') }
      : { ok: false, actual: l10n.t('open: {0}', listedPaths(open)) };
  },
});

/** The folder must be below what takes the writes, and neither setuid programs nor devices in it may have an effect. */
function viewChecks({ spec: { view } }: InsideContext): InsideCheck[] {
  if (!view) return [];
  const layers = viewLayers(view);
  const expected = [view.target, 'overlay', 'nosuid', 'nodev', ...layers].join(' ');
  return [
    {
      ...{ id: 'inside-view', title: l10n.t('The view of the folder, as the kernel has it'), expected },
      severity: 'critical',
      look: ({ mounts }) => {
        const top = topOf(mounts, view.target);
        if (!top) return undefined;
        const ok =
          top.type === 'overlay' &&
          ['nosuid', 'nodev'].every((flag) => top.flags.includes(flag)) &&
          layers.every((layer) => top.options.includes(layer));
        return { ok, actual: ok ? expected : [top.type, ...top.flags, ...top.options].join(' ') };
      },
    },
  ];
}

/** What is kept from the container must be covered there: a runtime may not know how, and the host may have replaced it. */
function folderPathChecks({ spec }: InsideContext): InsideCheck[] {
  const check = (
    id: string,
    title: string,
    paths: readonly string[],
    isKept: (top: MountSeen) => boolean,
  ): InsideCheck[] => {
    const wanted = paths.filter((path) => path.startsWith(`${workspaceFolder}/`));
    const all = l10n.t('all {0}', wanted.length);
    const look: InsideCheck['look'] = ({ mounts }) => {
      if (mounts.length === 0) return undefined;
      const tops = new Map(mounts.map((mount) => [mount.target, mount]));
      const open = wanted.filter((path) => {
        const top = tops.get(path);
        return !top || !isKept(top);
      });
      return open.length === 0
        ? { ok: true, actual: all }
        : { ok: false, actual: l10n.t('{0} open: {1}', open.length, listedPaths(open.slice(0, 5))) };
    };
    return wanted.length === 0 ? [] : [{ id, title, severity: 'critical', expected: all, look }];
  };
  return [
    ...check(
      'inside-protected-paths',
      l10n.t('Protected paths of the folder, as the kernel has them'),
      spec.readOnlyPaths,
      ({ flags }) => flags.includes('ro'),
    ),
    ...check(
      'inside-hidden-paths',
      l10n.t('Hidden paths of the folder, as the kernel has them'),
      spec.maskedPaths,
      ({ type, root }) => type === 'tmpfs' || type === 'devtmpfs' || root === '/null',
    ),
  ];
}

/** The mount that lies on top at a path: later ones cover earlier ones. */
function topOf(mounts: readonly MountSeen[], target: string): MountSeen | undefined {
  return mounts.findLast((mount) => mount.target === target);
}

function isExpected({ target, type }: MountSeen, { spec }: InsideContext): boolean {
  const wanted = [...spec.mounts, ...(spec.view ? [spec.view] : [])].some(
    (mount) => target === mount.target || target.startsWith(`${mount.target}/`),
  );
  const inMemory = type === 'tmpfs' && spec.tmpfs.some((mount) => mount.target === target);
  const isOfKernel = /^\/(proc|sys|dev)(\/|$)/.test(target) && ofKernel.has(type);
  return target === '/' || wanted || inMemory || isOfKernel || ofEngine.test(target);
}

function isAsPromised(mount: MountSeen | undefined, { sizeMiB, exec }: TmpfsMount): boolean {
  if (mount?.type !== 'tmpfs') return false;
  const flags = exec ? ['nosuid', 'nodev'] : ['nosuid', 'nodev', 'noexec'];
  return flags.every((flag) => mount.flags.includes(flag)) && sizeOf(mount) <= sizeMiB * 1024;
}

/** KiB; `Infinity` for none. */
function sizeOf({ options }: MountSeen): number {
  const size = options.find((option) => option.startsWith('size='));
  const [, digits, unit] = /^size=(\d+)([kmg]?)$/.exec(size ?? '') ?? [];
  const factor = { '': 1 / 1024, k: 1, m: 1024, g: 1024 * 1024 }[unit ?? ''];
  return digits === undefined || factor === undefined ? Infinity : Number(digits) * factor;
}
