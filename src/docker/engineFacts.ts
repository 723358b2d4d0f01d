import type { EngineInfo } from '../workspaces/containerEngine.ts';

/** What decides how a specification is said to this engine. */
export interface EngineFacts {
  readonly info: Pick<EngineInfo, 'apiVersion' | 'cpus' | 'rootless' | 'product'>;
  /** Version of the kernel that containers run on, as far as it is told. */
  readonly kernel: { readonly major: number; readonly minor: number } | undefined;
  /** False where the kernel is known to have no IPv6, so that its switch does not exist either. */
  readonly kernelHasIpv6: boolean;
}

/** True when an API version such as `1.44` is not older than another. */
export function apiAtLeast(apiVersion: string, wanted: string): boolean {
  const [major = 0, minor = 0] = apiVersion.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** The numbers at the start of a kernel's release, such as `6.1.0-18-amd64`. */
export function kernelVersion(release: string): EngineFacts['kernel'] {
  const match = /^(\d{1,4})\.(\d{1,4})/.exec(release);
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : undefined;
}

/** False for one that is not known. */
export function kernelAtLeast(kernel: EngineFacts['kernel'], major: number, minor: number): boolean {
  if (!kernel) return false;
  return kernel.major > major || (kernel.major === major && kernel.minor >= minor);
}
