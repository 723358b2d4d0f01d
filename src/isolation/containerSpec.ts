/** A folder or file of the host, mounted into the container. */
export interface BindMount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
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
  readonly user: { readonly uid: number; readonly gid: number };
  readonly workingFolder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly BindMount[];
  readonly tmpfs: readonly TmpfsMount[];
  readonly readOnlyRoot: boolean;
  /** Capabilities added to none, with the `CAP_` prefix left out. */
  readonly capabilities: readonly string[];
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
  /** `none`, or a network of its own that is made for it. */
  readonly network: 'none' | 'own';
  readonly ipv6: boolean;
}
