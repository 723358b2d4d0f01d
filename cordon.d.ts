import type { Event } from 'vscode';

/**
 * Version 1 of the API of the extension `cordon.cordon`: what
 * `vscode.extensions.getExtension<CordonApi>('cordon.cordon')?.activate()` resolves with. It may grow; what is here stays.
 */
export interface CordonApi {
  readonly apiVersion: 1;
  readonly workspaces: WorkspacesApi;
}

/** Everything that can be done with workspaces. Every promise rejects with a `CordonError`. */
export interface WorkspacesApi {
  list(): readonly Workspace[];
  get(id: string): Workspace | undefined;
  /** Started at once unless `request.start` is false. */
  create(request: CreateWorkspaceRequest, options?: OperationOptions): Promise<Workspace>;
  /** A change that needs a new container makes it at once, without a question. */
  update(id: string, patch: UpdateWorkspaceRequest, options?: OperationOptions): Promise<Workspace>;
  remove(id: string, options?: OperationOptions): Promise<void>;
  start(id: string, options?: OperationOptions): Promise<Workspace>;
  stop(id: string, options?: OperationOptions): Promise<Workspace>;
  restart(id: string, options?: OperationOptions): Promise<Workspace>;
  pause(id: string, options?: OperationOptions): Promise<Workspace>;
  resume(id: string, options?: OperationOptions): Promise<Workspace>;
  /** Removes container and network and keeps the record. */
  archive(id: string, options?: OperationOptions): Promise<Workspace>;
  restore(id: string, options?: OperationOptions): Promise<Workspace>;
  batch(
    operation: 'start' | 'stop' | 'restart' | 'pause' | 'resume' | 'archive' | 'restore' | 'remove',
    ids: readonly string[],
    options?: OperationOptions,
  ): Promise<BatchResult>;
  /** Runs a command to its end; aborting the signal ends the process in the container. */
  exec(id: string, command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /**
   * What a workspace with the mount `review` has changed and nobody accepted yet, in the order of the paths. Rejects with
   * `invalidRequest` for one with another mount.
   */
  changes(id: string): Promise<readonly FileChange[]>;
  /**
   * Makes changes in the folder: those at these paths and below them, or all. Conflicts and whatever has a `blocker` are
   * refused. So is what has the danger `protected` or `linkOut`, unless `paths` names it by its very own path: have a person
   * say yes to it first. The workspace and all that could change the folder are held still meanwhile. What is replaced is
   * kept, and `undoAccept` brings it back.
   */
  acceptChanges(id: string, paths?: readonly string[]): Promise<AcceptResult>;
  /**
   * Takes changes back: those at these paths and below them, or all; none for an empty list. A workspace that runs is
   * stopped and started again for that, which ends what runs in it; one that is paused is stopped, and stays so.
   */
  discardChanges(id: string, paths?: readonly string[]): Promise<void>;
  /** Takes back what the last accept of this workspace did, wherever nobody has changed it since. */
  undoAccept(id: string): Promise<UndoResult>;
  /**
   * Reaches a port inside at an address of this machine's loopback, also where the workspace has no network, until it is
   * disposed of or the workspace stops. Who forwards a port that is forwarded already shares it.
   */
  forwardPort(id: string, port: number, options?: ForwardPortOptions): Promise<ForwardedPort>;
  isolationReport(id: string, options?: OperationOptions): Promise<IsolationReport>;
  /** What happened to the safety of a workspace, oldest first; the oldest lines go when there are many. */
  securityLog(id: string): Promise<readonly SecurityEntry[]>;
  /** Freezes every workspace at once and cuts their networks. A person releases them one by one. */
  panic(): Promise<readonly PanicOutcome[]>;
  readonly onDidChange: Event<WorkspaceChange>;
  readonly onDidRecordSecurity: Event<SecurityEntry>;
}

/** A built-in profile, or one of the person's own in the setting `cordon.profiles`. */
export type ProfileName = 'basic' | 'standard' | 'strict' | (string & {});
export type NetworkMode = 'open' | 'filtered' | 'isolated' | 'none';
/** Lists of names that Cordon knows: package registries, code hosts, documentation. */
export type EgressPreset = 'packages' | 'source' | 'documentation';
export type MountMode = 'live' | 'readonly' | 'review';

/** What a workspace may use at most. */
export interface Limits {
  /** Processor cores, fractions allowed; 0.01 to 512. */
  readonly cpus: number;
  /** Memory in MiB with no swap on top; 32 to 4,194,304. */
  readonly memoryMiB: number;
  /** Processes and threads together; 16 to 1,000,000. */
  readonly pids: number;
  /** Size in MiB of each temporary folder and of the home folder; 1 to 1,048,576. */
  readonly tmpMiB: number;
}

/**
 * What one workspace may reach with the network `filtered`. Rules are written `[METHOD ]host[:port][/path]`, with `*.` in
 * front of a name for all below it, method and path for plain HTTP only. What is denied, here or in the settings, wins.
 */
export interface Egress {
  /** Those of the settings when missing. */
  readonly presets?: readonly EgressPreset[] | undefined;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** What the engine says now about the container of a workspace. */
export type ContainerState =
  | { readonly kind: 'absent'; readonly reason?: string }
  | { readonly kind: 'creating'; readonly id?: string }
  | { readonly kind: 'running'; readonly id: string; readonly startedAt?: string }
  | { readonly kind: 'paused'; readonly id: string; readonly startedAt?: string }
  | { readonly kind: 'stopping'; readonly id: string }
  | { readonly kind: 'stopped'; readonly id: string; readonly exitCode?: number }
  | { readonly kind: 'failed'; readonly id?: string; readonly exitCode?: number; readonly reason: string }
  | { readonly kind: 'unknown'; readonly id?: string; readonly reason?: string };

/** An immutable snapshot of a named, isolated place to run one folder. */
export interface Workspace {
  readonly id: string;
  readonly name: string;
  /** The folder as a `file:` URI. */
  readonly folder: string;
  readonly status: 'active' | 'inactive' | 'archived';
  readonly container: ContainerState;
  readonly image: string;
  readonly profile: ProfileName;
  readonly network: NetworkMode;
  readonly mount: MountMode;
  /** What it may reach with the network `filtered`, on top of what the settings say; missing where nothing was chosen. */
  readonly egress?: Egress | undefined;
  readonly limits: Limits;
  readonly env: Readonly<Record<string, string>>;
  /** Sessions (terminals, commands) that run in it now. */
  readonly activeTasks: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
  /** Since when it is frozen by Panic (ISO 8601, UTC); nothing runs in it until a person releases it. */
  readonly frozen?: { readonly at: string };
  /** Since when it is paused or stopped because nobody used it (ISO 8601, UTC); its use wakes it. */
  readonly idle?: { readonly action: 'pause' | 'stop'; readonly at: string };
  readonly lastError?: ErrorSummary;
  /** What the last check of the isolation of its running container gave; missing while none runs. */
  readonly isolation?: { readonly grade: IsolationGrade; readonly checkedAt: string };
}

/** One change of one workspace: made when `previous` is missing, removed when `current` is. */
export interface WorkspaceChange {
  readonly id: string;
  readonly previous?: Workspace;
  readonly current?: Workspace;
}

export interface CreateWorkspaceRequest {
  /** 1 to 100 characters, none of them invisible or a path separator. */
  readonly name: string;
  /** A `file:` URI or an absolute path. */
  readonly folder: string;
  readonly image?: string | undefined;
  readonly profile?: ProfileName | undefined;
  /**
   * The profile's own where it is missing; `isolated` in place of `filtered` where the image of its proxy cannot be had and
   * `egress` is missing, too.
   */
  readonly network?: NetworkMode | undefined;
  readonly mount?: MountMode | undefined;
  /** What is left out of it stays as it is, or is empty. */
  readonly egress?: Partial<Egress> | undefined;
  readonly limits?: Partial<Limits> | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Whether it is started at once; true when missing. */
  readonly start?: boolean | undefined;
}

/** What may change of an existing workspace; the folder stays. */
export type UpdateWorkspaceRequest = Partial<Omit<CreateWorkspaceRequest, 'folder' | 'start'>>;

/** What every operation takes. */
export interface OperationOptions {
  readonly signal?: AbortSignal;
  /**
   * Milliseconds until the operation fails with `timeout`, at least 1; less is refused with `invalidRequest`. When missing, a
   * day for `exec`, and for all else what the setting `cordon.operationTimeoutSeconds` says.
   */
  readonly timeoutMs?: number;
  /** `fraction` runs from 0 to 1 and is missing while it cannot be told. */
  onProgress?(message: string, fraction?: number): void;
}

export interface ExecOptions extends OperationOptions {
  /** An absolute path in the container; `/workspace` when missing. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  /** A user of the image or `uid[:gid]`; the user of the workspace when missing. */
  readonly user?: string;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** True when either stream was longer than what is kept of it: its first 16 MiB. */
  readonly truncated: boolean;
}

export interface ForwardPortOptions {
  /** The port on this machine; the same number where that is free, or any other, when missing. */
  readonly localPort?: number | undefined;
  /** What people are shown with it. */
  readonly label?: string | undefined;
}

export interface ForwardedPort {
  readonly localAddress: string;
  readonly localPort: number;
  dispose(): void;
}

export interface BatchResult {
  readonly results: readonly { readonly id: string; readonly ok: boolean; readonly error?: ErrorSummary }[];
}

export interface IsolationFinding {
  readonly id: string;
  readonly title: string;
  /** True only when it is known to hold: the same as `status === 'holds'`. */
  readonly ok: boolean;
  /** `unproven`: nothing could tell, for example because the image has no shell to look with. */
  readonly status: 'holds' | 'broken' | 'unproven';
  readonly expected: string;
  readonly actual: string;
  /** `critical`: code may get out; `warning`: a boundary is weaker than promised; `info`: a detail. */
  readonly severity: 'info' | 'warning' | 'critical';
  /** Who says so: the engine, this machine's files, or a probe in the container, which can only prove failures. */
  readonly source: 'engine' | 'host' | 'inside';
  /** Its numbers in the CIS Docker Benchmark 1.6.0, such as `5.4` or `5.2, 5.3`, where it has any. */
  readonly cis?: string;
}

/**
 * A: everything holds, but for details that are unproven; B: a detail is broken, or a critical or warning promise is
 * unproven; C: something that only warns is broken; F: something critical is broken.
 */
export type IsolationGrade = 'A' | 'B' | 'C' | 'F';

export interface IsolationReport {
  readonly grade: IsolationGrade;
  readonly findings: readonly IsolationFinding[];
  /** ISO 8601, UTC. */
  readonly checkedAt: string;
  readonly durationMs: number;
}

/** One difference between what a workspace in review mode sees and its folder. Its path names hostile things: show it as plain text. */
export interface FileChange {
  /** Relative to the folder, with `/` between names. A byte that is no text is a lone surrogate from U+DC80 on. */
  readonly path: string;
  readonly kind: 'added' | 'modified' | 'deleted';
  readonly type: 'file' | 'folder' | 'link' | 'special';
  /** The folder has something else there than when the workspace got its view. */
  readonly conflict: boolean;
  /** Bytes of a file as the workspace has it. */
  readonly size?: number;
  /** It runs programs on this machine by itself, such as a git hook: the same as the danger `protected`. */
  readonly protected: boolean;
  /**
   * `linkOut`: a symbolic link that may lead out of the folder; `executable`: a file that can be run as a program; `huge`: one
   * larger than 64 MiB; `binary`: one with a NUL among its first 8,000 bytes.
   */
  readonly dangers: readonly ('protected' | 'linkOut' | 'executable' | 'huge' | 'binary')[];
  /**
   * Why it cannot be accepted at all: something is mounted there, it belongs to another user, it is a device, a socket or a
   * FIFO, or a file larger than 4 GiB.
   */
  readonly blocker?: ChangeBlocker;
}

export type ChangeBlocker = 'mount' | 'unreadable' | 'special' | 'tooLarge';

export interface AcceptResult {
  /** Paths that are in the folder now as the workspace has them. */
  readonly accepted: readonly string[];
  /** Paths that stay changes; `noChange` for those at which there is none, and `name` for those that the disk cannot have. */
  readonly refused: readonly {
    readonly path: string;
    readonly reason: ChangeBlocker | 'conflict' | 'protected' | 'linkOut' | 'name' | 'changed' | 'noChange';
  }[];
}

export interface UndoResult {
  /** Paths that are as they were before the accept. */
  readonly restored: readonly string[];
  /** Paths that somebody changed since, which stay as they are. */
  readonly kept: readonly string[];
  /** A folder with what the accept had replaced at those paths; missing for nothing. It goes with the workspace. */
  readonly originals?: string;
}

/** What can happen to the safety of a workspace. More may come. */
export type SecurityCause =
  | 'protectedPath'
  | 'hiddenPath'
  | 'protectionLost'
  | 'memoryKill'
  | 'memoryNearLimit'
  | 'pidsLimit'
  | 'cpuThrottled'
  | 'diskGrowth'
  | 'foreignExec'
  | 'foreignNetwork'
  | 'foreignUpdate'
  | 'rootProcess'
  /** The proxy of a workspace with the network `filtered` ended: it reaches nothing until the proxy is back. */
  | 'cutOff'
  | 'isolationNotHeld'
  | 'panic';

/** One line of the security log of a workspace. Its texts name hostile things: show them as plain text. */
export interface SecurityEntry {
  readonly workspaceId: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly cause: SecurityCause;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly message: string;
  readonly subjects: readonly string[];
}

/** What Panic did with one workspace. */
export interface PanicOutcome {
  readonly id: string;
  readonly name: string;
  /** `waiting`: the engine cannot be reached; it is frozen as soon as it is back. */
  readonly result: 'frozen' | 'stopped' | 'waiting' | 'failed';
  /** What could not be done, where something could not. */
  readonly problem?: string;
}

export type ErrorCode =
  | 'workspaceNotFound'
  | 'workspaceExists'
  | 'workspaceArchived'
  | 'invalidName'
  | 'invalidRequest'
  | 'folderNotFound'
  | 'folderForbidden'
  | 'folderUnreadable'
  | 'engineUnavailable'
  | 'engineUnsupported'
  | 'imageNotFound'
  | 'imagePullFailed'
  | 'notRunning'
  | 'isolationNotHeld'
  | 'portInUse'
  | 'conflict'
  | 'timeout'
  | 'cancelled'
  | 'storageFailed'
  | 'engineFailed';

export interface ErrorSummary {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What every promise of the API rejects with. */
export interface CordonError extends Error {
  readonly code: ErrorCode;
}
