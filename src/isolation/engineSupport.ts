import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import type { ContainerSpec } from './containerSpec.ts';
import type { ContainerFacts, IsolationFinding } from './isolationReport.ts';
import type { Profile } from './profiles.ts';
import { bytesPerMiB } from '../shared/units.ts';

/** What an engine says that its kernel can hold a container to. What it did not say, it cannot. */
export interface EngineSupport {
  /** `1` or `2`; empty when it was not told. */
  readonly cgroupVersion: string;
  readonly memory: boolean;
  readonly swap: boolean;
  readonly pids: boolean;
  readonly cpu: boolean;
  /** MiB per second of a disk: the engine shares this machine's kernel, and did not say that it cannot. */
  readonly diskSpeed: boolean;
  /** Filters system calls unless it is told otherwise. */
  readonly seccomp: boolean;
  /** Takes a filter of system calls over its API. */
  readonly ownSeccomp: boolean;
  readonly apparmor: boolean;
  readonly selinux: boolean;
}

/** The runtimes that start a container and add nothing to it. */
const plainRuntimes = /^(?:runc|crun|youki|io\.containerd\.runc\.v\d|oci)$/;

/** gVisor and Kata Containers, under the names that their guides give them. */
const sandboxRuntimes = /^(?:io\.containerd\.)?(?:runsc|kata)(?:[-.][a-z0-9][a-z0-9.-]{0,31})?$/;

/** Whether a runtime gives a container a kernel of its own, so that the host's seccomp filter is not its boundary. */
export function hasOwnKernel(runtime: string): boolean {
  return sandboxRuntimes.test(runtime);
}

/** Throws `isolationNotHeld` where the engine does not have what a profile asks for: nothing else takes its place. */
export function requireEngine(
  { runtime, seccomp }: Pick<Profile, 'runtime' | 'seccomp'>,
  { runtimes, support }: { readonly runtimes: readonly string[]; readonly support: EngineSupport },
): void {
  if (seccomp === 'strict' && !support.ownSeccomp)
    throw new CordonError(
      'isolationNotHeld',
      l10n.t(
        'The profile has a filter of system calls of its own, which Podman does not take over its API. Use another engine, or choose another profile.',
      ),
    );
  if (runtime === '' || runtimes.includes(runtime)) return;
  throw new CordonError(
    'isolationNotHeld',
    l10n.t(
      'The profile asks for the runtime "{0}", which the engine does not have (it has {1}). Install it in the engine, or choose another profile.',
      runtime,
      runtimes.map((name) => JSON.stringify(name.slice(0, 64))).join(', ') || l10n.t('none that it names'),
    ),
  );
}

/** Checks what kernel and engine can hold at all, so that nothing of a promise is missing in silence. */
export function auditEngineSupport(
  facts: ContainerFacts,
  spec: ContainerSpec,
  support: EngineSupport,
): IsolationFinding[] {
  return [
    auditLimitSupport(support),
    auditSeccompSupport(facts, spec, support),
    ...auditHostAccessControl(facts, support),
    auditRuntime(facts, spec),
    ...auditDiskSpeed(facts, spec, support),
  ];
}

function auditLimitSupport(support: EngineSupport): IsolationFinding {
  const kinds = [
    [l10n.t('memory'), support.memory],
    [l10n.t('swap'), support.swap],
    [l10n.t('processes'), support.pids],
    [l10n.t('processor'), support.cpu],
  ] as const;
  const missing = kinds.filter(([, isThere]) => !isThere).map(([name]) => name);
  return {
    id: 'engine-limits',
    title: l10n.t('Limits that kernel and engine can hold'),
    ok: missing.length === 0,
    expected: kinds.map(([name]) => name).join(', '),
    actual:
      missing.length === 0
        ? kinds.map(([name]) => name).join(', ')
        : l10n.t('not {0}: such a limit has no effect on this machine', missing.join(', ')),
    severity: 'warning',
  };
}

/** An engine that filters nothing by itself still holds a container to a filter that it was given. */
function auditSeccompSupport(
  facts: ContainerFacts,
  spec: ContainerSpec,
  support: EngineSupport,
): IsolationFinding {
  const sandboxed = hasOwnKernel(facts.runtime);
  const seccomp = support.seccomp || spec.seccomp === 'strict';
  return {
    id: 'engine-seccomp',
    title: l10n.t('The engine filters system calls'),
    ok: seccomp || sandboxed,
    expected: l10n.t('yes'),
    actual: sandboxed
      ? l10n.t('the runtime {0} has a kernel of its own', facts.runtime)
      : seccomp
        ? l10n.t('yes')
        : l10n.t('no: it has no seccomp, or was told to use none'),
    severity: 'critical',
  };
}

/** AppArmor, where the host has it, is looked at by the hygiene audit; here is SELinux, and that there is neither. */
function auditHostAccessControl(
  { processLabel }: ContainerFacts,
  { apparmor, selinux }: EngineSupport,
): IsolationFinding[] {
  if (apparmor && !selinux) return [];
  const isConfined = processLabel !== '';
  return [
    selinux
      ? {
          id: 'selinux',
          title: l10n.t('SELinux label in force'),
          ok: isConfined,
          expected: l10n.t('yes'),
          actual: isConfined ? processLabel.slice(0, 100) : l10n.t('no'),
          severity: 'warning',
        }
      : {
          id: 'host-access-control',
          title: l10n.t("AppArmor or SELinux of the engine's machine"),
          ok: true,
          expected: l10n.t('in force where the machine has one'),
          actual: l10n.t('the engine uses neither on this machine'),
          severity: 'info',
        },
  ];
}

function auditRuntime({ runtime }: ContainerFacts, spec: ContainerSpec): IsolationFinding {
  const isAsked = spec.runtime !== '';
  return {
    id: 'runtime',
    title: l10n.t('Runtime'),
    ok: isAsked ? runtime === spec.runtime : plainRuntimes.test(runtime) || hasOwnKernel(runtime),
    expected: isAsked ? spec.runtime : l10n.t('one that adds nothing to a container'),
    actual: runtime === '' ? l10n.t('not told') : runtime,
    severity: isAsked ? 'critical' : 'warning',
  };
}

function auditDiskSpeed(
  facts: ContainerFacts,
  { disk }: ContainerSpec,
  support: EngineSupport,
): IsolationFinding[] {
  const wanted = [
    ...(disk.readMiBps > 0 ? [['read', disk.readMiBps] as const] : []),
    ...(disk.writeMiBps > 0 ? [['write', disk.writeMiBps] as const] : []),
  ];
  if (wanted.length === 0) return [];
  const isInForce = ([direction, mibps]: (typeof wanted)[number]) =>
    disk.devices.every((device) =>
      facts.diskLimits.some(
        (limit) =>
          limit.device === device &&
          limit.direction === direction &&
          limit.bytesPerSecond > 0 &&
          limit.bytesPerSecond <= mibps * bytesPerMiB,
      ),
    );
  const ok = support.diskSpeed && disk.devices.length > 0 && wanted.every(isInForce);
  return [
    {
      id: 'disk-speed',
      title: l10n.t('Speed of the disk, MiB per second'),
      ok,
      expected: wanted.map(([direction, mibps]) => `${direction} ${mibps}`).join(', '),
      actual: ok ? inForce(facts, support) : whyNot(disk.devices, support),
      severity: 'info',
    },
  ];
}

function inForce({ diskLimits }: ContainerFacts, { cgroupVersion }: EngineSupport): string {
  const limits = diskLimits
    .map(
      ({ device, direction, bytesPerSecond }) => `${direction} ${bytesPerSecond / bytesPerMiB} (${device})`,
    )
    .join(', ');
  return cgroupVersion === '1'
    ? l10n.t('{0}; with cgroup version 1, writes that the kernel puts off are not slowed down', limits)
    : limits;
}

function whyNot(devices: readonly string[], { diskSpeed }: EngineSupport): string {
  if (!diskSpeed) return l10n.t("not limited: the engine's machine has another kernel, or the kernel cannot");
  if (devices.length === 0) return l10n.t('not limited: the folder is on no disk that can be told');
  return l10n.t('not limited: the engine did not take the limit');
}
