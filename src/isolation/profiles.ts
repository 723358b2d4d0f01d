import type { Limits, MountMode, NetworkMode, ProfileName } from './profile.ts';

/**
 * What a profile promises. Whatever has no field here is never granted by any profile: privileged mode, devices, host
 * namespaces, other security options than the engine's own defaults, new privileges, a user other than the person.
 */
export interface Profile {
  /** Capabilities that processes started as root keep, without the `CAP_` prefix; empty means none at all. */
  readonly capabilities: readonly string[];
  /** Whether the image's files are read-only, so that only the folder and places in memory can be written. */
  readonly readOnlyRoot: boolean;
  /** The network of a workspace that asks for none in particular. */
  readonly network: NetworkMode;
  /** How the folder is mounted for a workspace that does not say. */
  readonly mount: MountMode;
  /** Limits that a workspace does not set itself. */
  readonly limits: Limits;
  /** Size of `/dev/shm` in MiB; above 0, since 0 would mean the engine's default. */
  readonly sharedMemoryMiB: number;
  /** Open files per process, soft and hard alike; above 0, and low enough for engines that cannot raise their own limit. */
  readonly openFiles: number;
  /** Bytes of a core dump; 0 means that none is written. */
  readonly coreBytes: number;
}

/** The promises of every profile, as plain data that cannot be changed. */
export const profiles: Readonly<Record<ProfileName, Profile>> = deepFreeze({
  basic: {
    // What apt, dnf and apk need when a person installs something as root.
    capabilities: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'],
    readOnlyRoot: false,
    network: 'open',
    mount: 'live',
    limits: { cpus: 4, memoryMiB: 8192, pids: 4096, tmpMiB: 1024 },
    sharedMemoryMiB: 64,
    openFiles: 16_384,
    coreBytes: 0,
  },
  standard: {
    capabilities: [],
    readOnlyRoot: true,
    network: 'open',
    mount: 'live',
    limits: { cpus: 2, memoryMiB: 4096, pids: 1024, tmpMiB: 512 },
    sharedMemoryMiB: 64,
    openFiles: 16_384,
    coreBytes: 0,
  },
  strict: {
    capabilities: [],
    readOnlyRoot: true,
    network: 'none',
    mount: 'readonly',
    limits: { cpus: 1, memoryMiB: 2048, pids: 256, tmpMiB: 256 },
    sharedMemoryMiB: 64,
    openFiles: 4096,
    coreBytes: 0,
  },
});

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value) as unknown[]) {
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value);
}
