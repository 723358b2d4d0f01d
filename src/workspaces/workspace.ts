import type { ErrorSummary } from '../shared/errors.ts';
import type { Grade } from '../isolation/isolationReport.ts';
import type { Limits, MountMode, NetworkMode } from '../isolation/profile.ts';
import type { WorkspaceEgress } from './proxy/egressSettings.ts';

/** What the engine says now about the container of a workspace. */
export type ContainerState =
  /** No container exists. `reason` says why when somebody else removed it. */
  | { readonly kind: 'absent'; readonly reason?: string }
  | { readonly kind: 'creating'; readonly id?: string }
  | { readonly kind: 'running'; readonly id: string; readonly startedAt?: string }
  | { readonly kind: 'paused'; readonly id: string; readonly startedAt?: string }
  | { readonly kind: 'stopping'; readonly id: string }
  | { readonly kind: 'stopped'; readonly id: string; readonly exitCode?: number }
  /** The container ended by itself or could not be made. */
  | { readonly kind: 'failed'; readonly id?: string; readonly exitCode?: number; readonly reason: string }
  /** The engine cannot be asked. */
  | { readonly kind: 'unknown'; readonly id?: string; readonly reason?: string };

/** `active`: started and not stopped by its person; `inactive`: stopped or gone; `archived`: only the record is kept. */
export type WorkspaceStatus = 'active' | 'inactive' | 'archived';

/** A named, isolated place to run one folder, as everybody but the store sees it: an immutable snapshot. */
export interface Workspace {
  readonly id: string;
  readonly name: string;
  /** The folder as a `file:` URI. */
  readonly folder: string;
  readonly status: WorkspaceStatus;
  readonly container: ContainerState;
  readonly image: string;
  /** `basic`, `standard`, `strict`, or one of the person's own. */
  readonly profile: string;
  readonly network: NetworkMode;
  readonly mount: MountMode;
  /** What it may reach with the network `filtered`, on top of what the settings say; missing where nothing was chosen. */
  readonly egress?: WorkspaceEgress | undefined;
  readonly limits: Limits;
  readonly env: Readonly<Record<string, string>>;
  /** Sessions (terminals, commands) that run in it now. */
  readonly activeTasks: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Since when it is frozen by Panic, ISO 8601, UTC; nothing runs in it until it is released. */
  readonly frozen?: { readonly at: string };
  /** Since when it is paused or stopped because nobody used it (ISO 8601, UTC); its use wakes it. */
  readonly idle?: { readonly action: 'pause' | 'stop'; readonly at: string };
  readonly lastError?: ErrorSummary;
  /** What the last check of the isolation of its running container gave; missing while none runs. */
  readonly isolation?: IsolationGrade;
}

/** The outcome of an isolation check in short. */
export interface IsolationGrade {
  readonly grade: Grade;
  /** ISO 8601, UTC. */
  readonly checkedAt: string;
}

/** One change of one workspace: made when `previous` is missing, removed when `current` is. */
export interface WorkspaceChange {
  readonly id: string;
  readonly previous?: Workspace;
  readonly current?: Workspace;
}

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
  /** A user of the image or `uid[:gid]`; the user of the workspace when missing. It gains no capability. */
  readonly user?: string;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** True when either stream was longer than what is kept of it. */
  readonly truncated: boolean;
}
