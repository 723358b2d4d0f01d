import {
  networkModes,
  type Limits,
  type MountMode,
  type NetworkMode,
  type ProfileName,
  type SeccompFilter,
} from './profile.ts';

/**
 * What a profile promises. Whatever has no field here is never granted by any profile: privileged mode, devices, host
 * namespaces, new privileges, a looser filter of system calls than the engine's, no AppArmor or SELinux where the
 * engine has them, the engine's socket.
 */
export interface Profile {
  /** Capabilities that processes started as root keep, without the `CAP_` prefix; empty means none at all. */
  readonly capabilities: readonly string[];
  /** Whether the image's files are read-only, so that only the folder and places in memory can be written. */
  readonly readOnlyRoot: boolean;
  /** `person`: the person who opened the folder; `image`: the user that the image names, which may be root. */
  readonly user: 'person' | 'image';
  /** `engine`: the engine's own default filter of system calls; `strict`: that of Cordon, which allows less. */
  readonly seccomp: SeccompFilter;
  /** The engine's runtime, for example `runsc` or `kata`; empty means the engine's default one. Never replaced by another. */
  readonly runtime: string;
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
  /** MiB per second that may be read from the disk of the folder; 0 means no limit. Applied where the engine can. */
  readonly diskReadMiBps: number;
  /** MiB per second that may be written to the disk of the folder; 0 means no limit. Applied where the engine can. */
  readonly diskWriteMiBps: number;
  /** MiB by which the folder may grow while the workspace runs, before it is paused; 0 means no limit. */
  readonly folderGrowthMiB: number;
}

/** Finds a profile by its name, built in or a person's own. Throws `invalidRequest` for one that cannot be used. */
export type ProfileLookup = (name: string) => Profile;

/** The promises of every built-in profile, as plain data that cannot be changed. */
export const profiles: Readonly<Record<ProfileName, Profile>> = deepFreeze({
  basic: {
    // What apt, dnf and apk need when a person installs something as root.
    capabilities: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'],
    readOnlyRoot: false,
    user: 'person',
    seccomp: 'engine',
    runtime: '',
    network: 'open',
    mount: 'live',
    limits: { cpus: 4, memoryMiB: 8192, pids: 4096, tmpMiB: 1024 },
    sharedMemoryMiB: 64,
    openFiles: 16_384,
    coreBytes: 0,
    diskReadMiBps: 0,
    diskWriteMiBps: 0,
    folderGrowthMiB: 51_200,
  },
  standard: {
    capabilities: [],
    readOnlyRoot: true,
    user: 'person',
    seccomp: 'engine',
    runtime: '',
    network: 'filtered',
    mount: 'live',
    limits: { cpus: 2, memoryMiB: 4096, pids: 1024, tmpMiB: 512 },
    sharedMemoryMiB: 64,
    openFiles: 16_384,
    coreBytes: 0,
    diskReadMiBps: 0,
    diskWriteMiBps: 0,
    folderGrowthMiB: 20_480,
  },
  strict: {
    capabilities: [],
    readOnlyRoot: true,
    user: 'person',
    seccomp: 'strict',
    runtime: '',
    network: 'none',
    mount: 'readonly',
    limits: { cpus: 1, memoryMiB: 2048, pids: 256, tmpMiB: 256 },
    sharedMemoryMiB: 64,
    openFiles: 4096,
    coreBytes: 0,
    diskReadMiBps: 256,
    diskWriteMiBps: 128,
    folderGrowthMiB: 5_120,
  },
});

/** The network of a workspace that asks for none in particular: a person's setting can only tighten the profile's own. */
export function usualNetwork(
  profile: Pick<Profile, 'network'>,
  setting: NetworkMode | undefined,
): NetworkMode {
  const looseness = (mode: NetworkMode) => networkModes.indexOf(mode);
  return setting !== undefined && looseness(setting) > looseness(profile.network) ? setting : profile.network;
}

/** Freezes a value and all that it holds. */
export function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value) as unknown[]) {
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value);
}
