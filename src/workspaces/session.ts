import type { Readable, Writable } from 'node:stream';

/** What a person or another extension wants to run in a workspace. */
export interface SessionRequest {
  readonly kind: 'terminal' | 'command' | 'task' | 'languageServer' | 'port';
  /** The shell that is found in the image when missing. */
  readonly command?: readonly string[];
  /** Which shell it is where there is no command; an absolute path in the container. */
  readonly shell?: string;
  /** An absolute path in the container; `/workspace` when missing. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Names of secrets of the workspace that this process has in its environment. */
  readonly secrets?: readonly string[];
  readonly user?: string;
  /** A terminal of this size in characters, or plain streams when missing. */
  readonly terminal?: { readonly columns: number; readonly rows: number };
  /** Whether it reads from a standard input; a terminal always does. */
  readonly stdin?: boolean;
  /** Whether a terminal is to outlive its window, as far as the image has something that can hold it. */
  readonly hold?: boolean;
}

/** How far a session has come. */
export type SessionState =
  | { readonly kind: 'running' }
  /** It was asked to end. */
  | { readonly kind: 'ending' }
  /** Without an exit code where the engine was lost. The time is ISO 8601, UTC. */
  | { readonly kind: 'ended'; readonly exitCode: number | undefined; readonly endedAt: string };

/** What is known of a process that runs in a workspace, for views. */
export interface SessionInfo {
  readonly id: string;
  readonly workspaceId: string;
  readonly kind: SessionRequest['kind'];
  /** Without values of the workspace's secrets. */
  readonly command: readonly string[];
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly state: SessionState;
}

/** A terminal that outlives its window: by this, the next window finds it again. */
export interface HeldSession extends Pick<SessionInfo, 'id' | 'workspaceId' | 'command' | 'startedAt'> {
  readonly containerId: string;
}

/** The begin or the end of a session. */
export interface SessionChange {
  readonly session: SessionInfo;
  /** Missing at the begin; without an exit code where the engine was lost. */
  readonly end?: { readonly exitCode: number | undefined; readonly durationMs: number };
}

/** One process started in a workspace. It counts as an active task until it has ended. */
export interface Session extends SessionInfo {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Empty for a session with a terminal. */
  readonly stderr: Readable;
  /** The exit code, once both outputs have ended; rejects when the engine is lost. */
  readonly exitCode: Promise<number>;
  resize(columns: number, rows: number): Promise<void>;
  /** What to remember of it where it outlives its window. */
  readonly held?: HeldSession;
  /** Lets go of it without ending it: a held one waits for the next window. */
  letGo(): void;
  /** Ends the process inside the container, its children included: asked first, killed where that does not help. */
  end(): Promise<void>;
}
