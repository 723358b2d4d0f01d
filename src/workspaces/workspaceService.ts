import type { Readable } from 'node:stream';
import type { IsolationReport } from '../isolation/isolationReport.ts';
import type { Limits, MountMode, NetworkMode, ProfileName } from '../isolation/profile.ts';
import type { ErrorSummary } from '../shared/errors.ts';
import type { Event } from '../shared/event.ts';
import type { LocalImage } from './containerEngine.ts';
import type { Session, SessionInfo, SessionRequest } from './session.ts';
import type { ExecOptions, ExecResult, OperationOptions, Workspace, WorkspaceChange } from './workspace.ts';

export interface CreateWorkspaceRequest {
  readonly name: string;
  /** A `file:` URI or an absolute path. */
  readonly folder: string;
  readonly image?: string;
  readonly profile?: ProfileName;
  readonly network?: NetworkMode;
  readonly mount?: MountMode;
  readonly limits?: Partial<Limits>;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it is started at once; true when missing. */
  readonly start?: boolean;
}

export type UpdateWorkspaceRequest = Partial<Omit<CreateWorkspaceRequest, 'folder' | 'start'>>;

export interface BatchResult {
  readonly results: readonly { readonly id: string; readonly ok: boolean; readonly error?: ErrorSummary }[];
}

/** Everything that can be done with workspaces, for the API and for commands. (Sketch: bodies follow.) */
export declare class WorkspaceService {
  readonly onDidChange: Event<WorkspaceChange>;
  list(): readonly Workspace[];
  get(id: string): Workspace | undefined;
  create(request: CreateWorkspaceRequest, options?: OperationOptions): Promise<Workspace>;
  update(id: string, patch: UpdateWorkspaceRequest, options?: OperationOptions): Promise<Workspace>;
  /** Whether this update would make the container anew (what is only in the container would be lost). */
  needsNewContainer(id: string, patch: UpdateWorkspaceRequest): boolean;
  remove(id: string, options?: OperationOptions): Promise<void>;
  start(id: string, options?: OperationOptions): Promise<Workspace>;
  stop(id: string, options?: OperationOptions): Promise<Workspace>;
  restart(id: string, options?: OperationOptions): Promise<Workspace>;
  pause(id: string, options?: OperationOptions): Promise<Workspace>;
  resume(id: string, options?: OperationOptions): Promise<Workspace>;
  archive(id: string, options?: OperationOptions): Promise<Workspace>;
  restore(id: string, options?: OperationOptions): Promise<Workspace>;
  batch(
    operation: 'start' | 'stop' | 'restart' | 'remove',
    ids: readonly string[],
    options?: OperationOptions,
  ): Promise<BatchResult>;
  exec(id: string, command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  isolationReport(id: string, options?: OperationOptions): Promise<IsolationReport>;
  /** Starts a terminal or a command whose output is read as it comes. Rejects with `notRunning` and the like. */
  openSession(id: string, request: SessionRequest): Promise<Session>;
  sessions(id: string): readonly SessionInfo[];
  listImages(): Promise<readonly LocalImage[]>;
  /** What the main process prints; follows until the signal aborts. */
  followLogs(id: string, signal: AbortSignal): Promise<Readable>;
}
