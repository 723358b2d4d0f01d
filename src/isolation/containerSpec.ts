import type { SeccompFilter } from './profile.ts';

/** A folder or file of the host, mounted into the container. */
export interface BindMount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** A copy-on-write view of a folder: what is written goes to `upper`, and the others only ever give. All on the engine's disk. */
export interface FolderView {
  /** The engine's volume that mounts it. */
  readonly volume: string;
  readonly target: string;
  readonly folder: string;
  /** What leads to the folder, or a copy of it where the engine does not see the folder. */
  readonly lower: string;
  /** What was changed in the folder since it was copied, over `lower`; missing where nothing is copied. */
  readonly later?: string;
  readonly upper: string;
  /** What the kernel needs beside `upper`, on the same disk. */
  readonly work: string;
}

/** What is asked of an engine for a view: the volume of a container that mounts it. */
export interface ViewVolumeSpec {
  readonly view: FolderView;
  readonly labels: Readonly<Record<string, string>>;
}

/** A writable place in memory. Always nosuid and nodev. */
export interface TmpfsMount {
  readonly target: string;
  readonly sizeMiB: number;
  /** Octal digits, for example `1777`. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  /** Whether programs may be run from it. */
  readonly exec: boolean;
}

/** What a workspace asks of an engine for its own network. Pure data, no engine's words. */
export interface NetworkSpec {
  readonly workspaceId: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** No way out, and none to the host either. */
  readonly isolated: boolean;
}

/** What a workspace asks of an engine for its container. Pure data, no engine's words. */
export interface ContainerSpec {
  readonly workspaceId: string;
  readonly name: string;
  readonly image: string;
  readonly hostname: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The main process, which only keeps the container alive; the image's own command when missing. */
  readonly command?: readonly string[];
  /** Run every 60 s to see that the container can still start a process; none when missing. */
  readonly healthcheck?: readonly string[];
  /** By numbers; by name only where the profile leaves the user to the image. */
  readonly user: { readonly uid: number; readonly gid: number } | { readonly name: string };
  readonly workingFolder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly BindMount[];
  /** In place of the folder itself; missing where that is mounted. */
  readonly view?: FolderView;
  /**
   * Absolute paths in the container that cannot be written although the place around them can. They are followed inside
   * the container only, and one that does not exist is left out, so that nothing is ever made on the host.
   */
  readonly readOnlyPaths: readonly string[];
  /** Absolute paths in the container that cannot be read: an empty file or folder lies over each that exists. */
  readonly maskedPaths: readonly string[];
  readonly tmpfs: readonly TmpfsMount[];
  readonly readOnlyRoot: boolean;
  /** Capabilities kept when all others are dropped, with the `CAP_` prefix left out. */
  readonly capabilities: readonly string[];
  readonly seccomp: SeccompFilter;
  /** The engine's runtime by name; empty for its default one. */
  readonly runtime: string;
  readonly limits: {
    readonly cpus: number;
    readonly memoryMiB: number;
    readonly pids: number;
    readonly sharedMemoryMiB: number;
    /** Open files per process, soft and hard. */
    readonly openFiles: number;
    /** Bytes of a core dump. */
    readonly coreBytes: number;
  };
  /** MiB per second from and to these devices of the host, such as `/dev/sda`; 0 means no limit. */
  readonly disk: {
    readonly readMiBps: number;
    readonly writeMiBps: number;
    /** None where the disk of the folder cannot be told. */
    readonly devices: readonly string[];
  };
  /** `none`, or a network of its own that is made for it. */
  readonly network: 'none' | 'own';
  /** Whether the engine looks up names of the outside for it; some do so even for a network that has no way out. */
  readonly looksUpNames: boolean;
  readonly ipv6: boolean;
  /** It is in two networks, and its kernel passes nothing on between them. */
  readonly isBetweenNetworks?: true;
}

/** Paths of the folder that a container may not write or read, relative to it and with `/` between names. */
export interface FolderProtection {
  /** Files and folders that may not be written. */
  readonly readOnly: readonly string[];
  /** Files and folders that may not be read. */
  readonly masked: readonly string[];
  /** Folders on the way to those, which may not be renamed or removed: a folder put in their place would be free. */
  readonly pinned: readonly string[];
}
