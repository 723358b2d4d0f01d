import type { BindMount, ContainerSpec, FolderView, TmpfsMount } from '../isolation/containerSpec.ts';
import { isTold } from '../isolation/mainProcess.ts';
import { strictSeccomp } from '../isolation/strictSeccomp.ts';
import { userText } from '../isolation/workspaceUser.ts';
import { containerLabels } from './containerLabels.ts';
import { apiAtLeast, kernelAtLeast, type EngineFacts } from './engineFacts.ts';
import { bytesPerMiB, nanosPerSecond } from '../shared/units.ts';

/** What the engine is asked to make, word for word, for a specification. */
export function containerOptions(spec: ContainerSpec, networkId: string | undefined, facts: EngineFacts) {
  return {
    Hostname: spec.hostname,
    Image: spec.image,
    Labels: containerLabels(spec.labels),
    User: userText(spec.user),
    WorkingDir: spec.workingFolder,
    Env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`),
    ...(spec.command && { Entrypoint: [...spec.command], Cmd: [] }),
    // An image's own command may be an interpreter, which ends at once unless it can wait for its input.
    ...((!spec.command || isTold(spec.command)) && { OpenStdin: true }),
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    Tty: false,
    Healthcheck: healthcheck(spec.healthcheck),
    StopTimeout: 5,
    // Not every engine takes the name of its host for one by which the others of its network find it.
    ...(spec.isBetweenNetworks &&
      networkId !== undefined && {
        NetworkingConfig: { EndpointsConfig: { [networkId]: { Aliases: [spec.hostname] } } },
      }),
    HostConfig: {
      Init: true,
      CapDrop: ['ALL'],
      CapAdd: [...spec.capabilities],
      SecurityOpt: securityOptions(spec),
      ...(spec.runtime === '' ? {} : { Runtime: spec.runtime }),
      Privileged: false,
      ReadonlyRootfs: spec.readOnlyRoot,
      IpcMode: 'private',
      CgroupnsMode: 'private',
      Devices: [],
      ReadonlyPaths: [...spec.readOnlyPaths],
      MaskedPaths: [...spec.maskedPaths],
      Mounts: [
        ...spec.mounts.map((mount) => bindMount(mount, facts)),
        ...(spec.view ? [viewMount(spec.view)] : []),
      ],
      Tmpfs: Object.fromEntries(spec.tmpfs.map((mount) => [mount.target, tmpfsOptions(mount)])),
      NanoCpus: nanoCpus(spec.limits.cpus, facts.info.cpus),
      Memory: spec.limits.memoryMiB * bytesPerMiB,
      // Memory and swap together: the same figure leaves no swap.
      MemorySwap: spec.limits.memoryMiB * bytesPerMiB,
      PidsLimit: spec.limits.pids,
      ShmSize: spec.limits.sharedMemoryMiB * bytesPerMiB,
      Ulimits: [
        { Name: 'nofile', Soft: spec.limits.openFiles, Hard: spec.limits.openFiles },
        { Name: 'core', Soft: spec.limits.coreBytes, Hard: spec.limits.coreBytes },
      ],
      BlkioDeviceReadBps: deviceRates(spec.disk.devices, spec.disk.readMiBps),
      BlkioDeviceWriteBps: deviceRates(spec.disk.devices, spec.disk.writeMiBps),
      RestartPolicy: { Name: 'no' },
      NetworkMode: networkMode(spec, networkId),
      // Names that the engine does not know itself are asked for at the container's own loopback, where nobody answers.
      ...(spec.network === 'own' && !spec.looksUpNames
        ? { Dns: ['127.0.0.1'], DnsOptions: ['timeout:1', 'attempts:1'] }
        : {}),
      PublishAllPorts: false,
      Sysctls: {
        ...(spec.network === 'own' && !spec.ipv6 && facts.kernelHasIpv6
          ? { 'net.ipv6.conf.all.disable_ipv6': '1' }
          : {}),
        // A new network namespace takes this over from the host, where engines switch it on.
        ...(spec.isBetweenNetworks ? { 'net.ipv4.ip_forward': '0' } : {}),
      },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
    },
  };
}

/** Without a word about them, an engine applies its own seccomp, AppArmor and SELinux defaults. */
function securityOptions({ seccomp }: ContainerSpec): string[] {
  return ['no-new-privileges', ...(seccomp === 'strict' ? [`seccomp=${strictSeccomp}`] : [])];
}

function deviceRates(devices: readonly string[], mibPerSecond: number) {
  return mibPerSecond > 0 ? devices.map((Path) => ({ Path, Rate: mibPerSecond * bytesPerMiB })) : [];
}

/** Billionths of a core; an engine refuses more cores than it has. */
export function nanoCpus(cpus: number, engineCpus: number): number {
  return Math.round(Math.min(cpus, engineCpus > 0 ? engineCpus : cpus) * nanosPerSecond);
}

function networkMode(spec: ContainerSpec, networkId: string | undefined): string {
  if (spec.network === 'none') return 'none';
  // The engine's default network would be a way between workspaces.
  if (!networkId) throw new TypeError('A container with its own network needs the id of that network.');
  return networkId;
}

function healthcheck(command: readonly string[] | undefined) {
  if (!command) return { Test: ['NONE'] };
  return {
    Test: ['CMD', ...command],
    Interval: 60 * nanosPerSecond,
    Timeout: 10 * nanosPerSecond,
    Retries: 3,
  };
}

/** A mount in the words of the engine. */
interface EngineMount {
  readonly Type: 'bind' | 'volume';
  readonly Source: string;
  readonly Target: string;
  readonly ReadOnly: boolean;
  readonly BindOptions?: {
    readonly Propagation: 'rprivate';
    readonly ReadOnlyForceRecursive?: true;
    readonly NonRecursive?: true;
  };
  readonly VolumeOptions?: { readonly NoCopy: true };
}

function bindMount(mount: BindMount, facts: EngineFacts): EngineMount {
  return {
    Type: 'bind',
    Source: mount.source,
    Target: mount.target,
    ReadOnly: mount.readOnly,
    BindOptions: { Propagation: 'rprivate', ...(mount.readOnly ? readOnlyBelow(facts) : {}) },
  };
}

/** Nothing of what the image has at that place is copied into it. */
export function viewMount({ volume, target }: Pick<FolderView, 'volume' | 'target'>): EngineMount {
  return {
    Type: 'volume',
    Source: volume,
    Target: target,
    ReadOnly: false,
    VolumeOptions: { NoCopy: true },
  };
}

/** A read-only mount leaves mounts below it writable unless the kernel can include them; where it cannot, they stay out. */
function readOnlyBelow({ info, kernel }: EngineFacts) {
  const includes = apiAtLeast(info.apiVersion, '1.44') && kernelAtLeast(kernel, 5, 12);
  return includes ? { ReadOnlyForceRecursive: true as const } : { NonRecursive: true as const };
}

function tmpfsOptions(mount: TmpfsMount): string {
  return [
    'rw',
    'nosuid',
    'nodev',
    mount.exec ? 'exec' : 'noexec',
    `size=${mount.sizeMiB}m`,
    `mode=${mount.mode}`,
    `uid=${mount.uid}`,
    `gid=${mount.gid}`,
  ].join(',');
}
