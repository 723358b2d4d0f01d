/** What an engine's inspect proves about a container, in Cordon's words. Anything that the engine did not say is `undefined`. */
export interface ContainerFacts {
  readonly id: string;
  readonly running: boolean;
  readonly paused: boolean;
  readonly exitCode: number | undefined;
  readonly startedAt: string | undefined;
  readonly user: string;
  readonly privileged: boolean;
  readonly capabilitiesAdded: readonly string[];
  readonly capabilitiesDropped: readonly string[];
  readonly securityOptions: readonly string[];
  /** The engine's runtime that runs it. */
  readonly runtime: string;
  readonly readOnlyRoot: boolean;
  readonly init: boolean;
  readonly devices: number;
  /** Host namespaces that it shares: `pid`, `ipc`, `network`, `uts`, `cgroup`, `user`. */
  readonly sharedNamespaces: readonly string[];
  readonly ipcMode: string;
  readonly networkMode: string;
  /** Names of the networks that it is attached to. */
  readonly networks: readonly string[];
  readonly publishedPorts: number;
  readonly mounts: readonly {
    readonly type: string;
    readonly source: string;
    readonly target: string;
    readonly writable: boolean;
    readonly propagation: string;
  }[];
  readonly readOnlyPaths: readonly string[];
  readonly maskedPaths: readonly string[];
  readonly memoryBytes: number;
  /** Memory and swap together, so the same as `memoryBytes` when no swap may be used on top. */
  readonly memorySwapBytes: number;
  readonly nanoCpus: number;
  readonly pidsLimit: number;
  readonly sharedMemoryBytes: number;
  readonly ulimits: readonly { readonly name: string; readonly soft: number; readonly hard: number }[];
  /** Bytes per second from and to devices of the host. */
  readonly diskLimits: readonly {
    readonly device: string;
    readonly direction: 'read' | 'write';
    readonly bytesPerSecond: number;
  }[];
  readonly restartPolicy: string;
  readonly hasHealthcheck: boolean;
}

export interface IsolationFinding {
  readonly id: string;
  readonly title: string;
  readonly ok: boolean;
  readonly expected: string;
  readonly actual: string;
  readonly severity: 'info' | 'warning' | 'critical';
}

/** What is in force now, compared with what the profile promises. */
export interface IsolationReport {
  /** A: everything holds; B: an `info` does not; C: a `warning` does not; F: a `critical` does not. */
  readonly grade: 'A' | 'B' | 'C' | 'F';
  readonly findings: readonly IsolationFinding[];
  /** ISO 8601, UTC. */
  readonly checkedAt: string;
  readonly durationMs: number;
}

/** The grade of these findings by the worst that does not hold. */
export function gradeOf(findings: readonly IsolationFinding[]): IsolationReport['grade'] {
  const broken = new Set(findings.filter(({ ok }) => !ok).map(({ severity }) => severity));
  if (broken.has('critical')) return 'F';
  if (broken.has('warning')) return 'C';
  return broken.has('info') ? 'B' : 'A';
}

/** The report of one audit. Nothing found at all proves nothing, so it fails. */
export function buildReport(
  findings: readonly IsolationFinding[],
  checkedAt: Date,
  durationMs: number,
): IsolationReport {
  return {
    grade: findings.length === 0 ? 'F' : gradeOf(findings),
    findings,
    checkedAt: checkedAt.toISOString(),
    durationMs,
  };
}
