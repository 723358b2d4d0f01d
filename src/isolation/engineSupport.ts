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
  readonly seccomp: boolean;
  readonly apparmor: boolean;
  readonly selinux: boolean;
}
