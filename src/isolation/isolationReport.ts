import { cisNumberOf } from './cisNumbers.ts';

/** What an engine's inspect proves about a container, in Cordon's words. Anything that the engine did not say is `undefined`. */
export interface ContainerFacts {
  readonly id: string;
  readonly running: boolean;
  readonly paused: boolean;
  /** Its first process, as the engine's machine counts; 0 while it does not run. */
  readonly pid: number;
  readonly exitCode: number | undefined;
  readonly startedAt: string | undefined;
  /** What it was made for, as its label says; empty where it has none. */
  readonly specFingerprint: string;
  /** The words of its main process. */
  readonly command: readonly string[];
  readonly user: string;
  readonly privileged: boolean;
  readonly capabilitiesAdded: readonly string[];
  readonly capabilitiesDropped: readonly string[];
  readonly securityOptions: readonly string[];
  /** The engine's runtime that runs it. */
  readonly runtime: string;
  readonly readOnlyRoot: boolean;
  /** SELinux's label of its processes; empty when there is none. */
  readonly processLabel: string;
  readonly init: boolean;
  readonly devices: number;
  /** Host namespaces that it shares: `pid`, `ipc`, `network`, `uts`, `cgroup`, `user`. */
  readonly sharedNamespaces: readonly string[];
  readonly ipcMode: string;
  readonly networkMode: string;
  /** Names of the networks that it is attached to. */
  readonly networks: readonly string[];
  /** AppArmor profile in force; empty for none. */
  readonly appArmorProfile: string;
  /** Control group that it was put under instead of the engine's own; empty for none. */
  readonly cgroupParent: string;
  /** Names of its environment variables; the values stay with the engine. */
  readonly environmentNames: readonly string[];
  /** Image that it was made of. */
  readonly imageId: string;
  /** Ids of the commands that run in it beside its main process. */
  readonly execIds: readonly string[];
  readonly publishedPorts: number;
  readonly mounts: readonly {
    readonly type: string;
    /** The name of the volume; missing for what is none. */
    readonly volume?: string;
    readonly source: string;
    readonly target: string;
    readonly writable: boolean;
    readonly propagation: string;
  }[];
  /** `undefined` for an engine that tells of none at all, not even of those that it has by itself. */
  readonly readOnlyPaths: readonly string[] | undefined;
  readonly maskedPaths: readonly string[] | undefined;
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

/** What an audit found of one promise. */
export interface IsolationFinding {
  readonly id: string;
  readonly title: string;
  /** True only when it is known to hold. */
  readonly ok: boolean;
  /** Nothing could tell whether it holds; `ok` is false then. */
  readonly unproven?: boolean;
  readonly expected: string;
  readonly actual: string;
  /** What it means when it does not hold: `critical` that code may get out, `warning` that a boundary is weaker. */
  readonly severity: 'info' | 'warning' | 'critical';
  /** Who says so; the engine when missing. */
  readonly source?: FindingSource;
}

/**
 * `engine`: the engine's own answers. `host`: this machine's files. `inside`: a probe in the container, which uses the
 * shell of the image; an image that lies can hide a failure from it, but can never mend one that the engine proves.
 */
export type FindingSource = 'engine' | 'host' | 'inside';

/** One promise in a report. */
export interface ReportedFinding extends Omit<IsolationFinding, 'unproven'> {
  readonly status: 'holds' | 'broken' | 'unproven';
  readonly source: FindingSource;
  /** Its number in the CIS Docker Benchmark 1.6.0, where it has one. */
  readonly cis?: string;
}

/** What is in force now, compared with what the profile promises. */
export interface IsolationReport {
  readonly grade: Grade;
  readonly findings: readonly ReportedFinding[];
  /** ISO 8601, UTC. */
  readonly checkedAt: string;
  readonly durationMs: number;
}

/** By the worst finding, as `gradeOf` says. */
export type Grade = 'A' | 'B' | 'C' | 'F';

/**
 * F: something critical is broken, or nothing was checked. C: something that only warns is broken. B: a detail is broken,
 * or a critical or warning promise is unproven. A: everything holds, but for details that are unproven.
 */
export function gradeOf(findings: readonly IsolationFinding[]): Grade {
  if (findings.length === 0) return 'F';
  const failed = findings.filter(({ ok }) => !ok);
  const broken = new Set(failed.filter(({ unproven }) => unproven !== true).map(({ severity }) => severity));
  if (broken.has('critical')) return 'F';
  if (broken.has('warning')) return 'C';
  const isInDoubt = failed.some(({ unproven, severity }) => unproven === true && severity !== 'info');
  return broken.has('info') || isInDoubt ? 'B' : 'A';
}

/** The report of all that was found. */
export function buildReport(
  findings: readonly IsolationFinding[],
  checkedAt: Date,
  durationMs: number,
): IsolationReport {
  return {
    grade: gradeOf(findings),
    findings: findings.map(reported),
    checkedAt: checkedAt.toISOString(),
    durationMs,
  };
}

function reported({ unproven, source = 'engine', ...finding }: IsolationFinding): ReportedFinding {
  const cis = cisNumberOf(finding.id);
  const status = finding.ok ? 'holds' : unproven ? 'unproven' : 'broken';
  return { ...finding, status, source, ...(cis !== undefined && { cis }) };
}
