/** What a running container uses now. */
export interface ContainerStats {
  /** Without the file cache that the kernel would give back. */
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number;
  readonly pids: number;
  /** `Infinity` when there is none. */
  readonly pidsLimit: number;
  /** Processor time since the start, in billionths of a second. */
  readonly cpuNanos: number;
  /** Periods since the start in which it had to wait for its share of the processor. */
  readonly throttledPeriods: number;
  /** Periods since the start in which it wanted to run at all. */
  readonly periods: number;
  /** Bytes read from and written to devices since the start, as far as the kernel counts them. */
  readonly ioReadBytes: number;
  readonly ioWriteBytes: number;
  /** Bytes that came in and went out since the start, over all networks together. */
  readonly networkReceivedBytes: number;
  readonly networkSentBytes: number;
}

/** A process in a container, as the host sees it. */
export interface ProcessFacts {
  readonly uid: number;
  readonly command: string;
}

/** What can be measured of a running container. */
export interface EngineMeasures {
  /** One sample; `undefined` when it does not run. Some engines take a second for it. */
  sampleStats(containerId: string): Promise<ContainerStats | undefined>;
  /** Rejects where the engine's machine cannot list them. */
  listProcesses(containerId: string): Promise<readonly ProcessFacts[]>;
  /** Bytes of what was written over the image. Costs the engine a walk through all of it. */
  writtenBytes(containerId: string): Promise<number>;
}
