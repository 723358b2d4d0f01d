/** How strictly a workspace is isolated: the profiles that are built in. */
export const profileNames = ['basic', 'standard', 'strict'] as const;
export type ProfileName = (typeof profileNames)[number];

/** What the name of a profile looks like, built in or a person's own. */
export const profileNameGrammar = /^[a-z][a-z0-9-]{0,31}$/;

/** Which system calls a container may make: the engine's own default filter, or the tighter one of Cordon. */
export const seccompFilters = ['engine', 'strict'] as const;
export type SeccompFilter = (typeof seccompFilters)[number];

/** Which network a workspace gets, from the loosest to the tightest. */
export const networkModes = ['open', 'filtered', 'isolated', 'none'] as const;
export type NetworkMode = (typeof networkModes)[number];

/** Whether nothing of the outside can be reached but, with `filtered`, through the proxy of the workspace. */
export function isCutOff(network: NetworkMode): boolean {
  return network === 'isolated' || network === 'filtered';
}

/** How the folder is mounted. */
export const mountModes = ['live', 'readonly', 'review'] as const;
export type MountMode = (typeof mountModes)[number];

/** What a workspace may use at most. */
export interface Limits {
  /** Processor cores, fractions allowed; 0.01 to 512. The engine's own number of cores caps it. */
  readonly cpus: number;
  /** Memory in MiB with no swap on top; 32 to 4,194,304. */
  readonly memoryMiB: number;
  /** Processes and threads together; 16 to 1,000,000. */
  readonly pids: number;
  /** Size in MiB of each of `/tmp`, `/var/tmp` and the home folder, which live in memory; 1 to 1,048,576. */
  readonly tmpMiB: number;
}
