import * as l10n from '@vscode/l10n';
import type { BindMount, ContainerSpec, FolderView } from './containerSpec.ts';
import { listedSorted } from './findingText.ts';
import { workspaceFolder } from './imageVolumes.ts';
import type { ContainerFacts, IsolationFinding } from './isolationReport.ts';

type MountFact = ContainerFacts['mounts'][number];

/** Checks that exactly what was promised is mounted, in the promised way, and that nothing else is open. */
export function auditMounts(facts: ContainerFacts, spec: ContainerSpec): IsolationFinding[] {
  const { mounts } = facts;
  const inMemory = mounts.filter(({ type }) => type === 'tmpfs');
  const others = mounts.filter(({ type }) => type !== 'tmpfs');
  const views = spec.view ? [spec.view] : [];
  const wantedTargets = spec.tmpfs.map(({ target }) => target);
  const missing = wantedTargets.filter((target) => !inMemory.some((mount) => mount.target === target));
  const unexpected = inMemory.filter(({ target }) => !wantedTargets.includes(target));
  return [
    {
      id: 'mounts',
      title: l10n.t('What of the host is mounted'),
      ok:
        others.length === spec.mounts.length + views.length &&
        spec.mounts.every((wanted) => others.some((mount) => isAsPromised(mount, wanted))) &&
        views.every((view) => others.some((mount) => isViewAsPromised(mount, view))),
      expected: listedSorted([
        ...spec.mounts.map(({ source, target, readOnly }) => shown(source, target, !readOnly)),
        ...views.map(({ volume, target }) => shown(volume, target, true)),
      ]),
      actual: listedSorted(others.map(described)),
      severity: 'critical',
    },
    {
      id: 'memory-mounts',
      title: l10n.t('Places in memory'),
      ok: missing.length === 0 && unexpected.length === 0,
      expected: listedSorted(wantedTargets),
      actual: listedSorted(inMemory.map(({ target }) => target)),
      severity: 'warning',
    },
    auditPaths({
      id: 'protected-paths',
      title: l10n.t('Paths that cannot be written'),
      wanted: spec.readOnlyPaths,
      actual: facts.readOnlyPaths,
    }),
    auditPaths({
      id: 'hidden-paths',
      title: l10n.t('Paths that cannot be read'),
      wanted: spec.maskedPaths,
      actual: facts.maskedPaths,
    }),
  ];
}

/**
 * All that were asked for must be there; an engine may have more. They are counted, for there can be very many. An engine
 * that tells of none leaves the kernel's own to the probe; those of the folder it must prove.
 */
function auditPaths(check: {
  readonly id: string;
  readonly title: string;
  readonly wanted: readonly string[];
  readonly actual: readonly string[] | undefined;
}): IsolationFinding {
  const { id, title, wanted, actual } = check;
  const promise = { id, title, expected: l10n.t('all {0}', wanted.length), severity: 'critical' } as const;
  if (!actual && !wanted.some((path) => path.startsWith(`${workspaceFolder}/`)))
    return { ...promise, ok: false, unproven: true, actual: l10n.t('not told') };
  const inForce = new Set(actual);
  const missing = wanted.filter((path) => !inForce.has(path));
  return missing.length === 0
    ? { ...promise, ok: true, actual: promise.expected }
    : {
        ...promise,
        ok: false,
        actual: l10n.t('{0} missing: {1}', missing.length, listedSorted(missing.slice(0, 5))),
      };
}

/** Private propagation, so that nothing mounted later on the host appears in the container or the other way round. */
function isAsPromised(mount: MountFact, { source, target, readOnly }: BindMount): boolean {
  return (
    mount.type === 'bind' &&
    isSource(mount.source, source) &&
    mount.target === target &&
    mount.writable === !readOnly &&
    (mount.propagation === 'rprivate' || mount.propagation === 'private')
  );
}

/** What the volume mounts is looked at by itself. */
function isViewAsPromised(mount: MountFact, { volume, target }: FolderView): boolean {
  return mount.type === 'volume' && mount.volume === volume && mount.target === target && mount.writable;
}

/** Where the virtual machines of Docker Desktop and Rancher Desktop have the folders of their host. */
const sharedFolders = ['/host_mnt', '/run/desktop/mnt/host', '/mnt'] as const;

/** Whether an engine means the wanted folder, which one in a virtual machine names by where the machine has it. */
function isSource(reported: string, wanted: string): boolean {
  const [, drive, rest] = /^([A-Za-z]):\\(.*)$/s.exec(wanted) ?? [];
  const posix =
    drive && rest !== undefined ? `/${drive.toLowerCase()}/${rest.replaceAll('\\', '/')}` : wanted;
  return reported === wanted || sharedFolders.some((shared) => reported === shared + posix);
}

function described({ type, volume, source, target, writable, propagation }: MountFact): string {
  if (type === 'volume' && volume !== undefined) return shown(volume, target, writable);
  const text = shown(source, target, writable);
  const how = propagation === '' ? l10n.t('propagation not told') : propagation;
  return how === 'rprivate' && type === 'bind' ? text : `${text} (${type}, ${how})`;
}

function shown(source: string, target: string, writable: boolean): string {
  return writable ? l10n.t('{0} at {1}', source, target) : l10n.t('{0} at {1}, read-only', source, target);
}
