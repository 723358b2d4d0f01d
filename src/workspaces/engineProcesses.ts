import type { Readable, Writable } from 'node:stream';
import type { CommandFacts } from '../isolation/hygieneAudit.ts';

/** What is to be run in a container, and how. */
export interface ProcessRequest {
  readonly containerId: string;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user?: string;
  /** A terminal of this size, or plain streams when missing. */
  readonly terminal?: { readonly columns: number; readonly rows: number };
  /** Whether the process gets a standard input at all. */
  readonly stdin: boolean;
}

/** A process that runs in a container. Reading slowly slows the process down; nothing is lost at its end. */
export interface ContainerProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Empty for a process with a terminal. */
  readonly stderr: Readable;
  /** The exit code, once both outputs have ended; rejects with `engineFailed` when the engine is lost. */
  readonly exitCode: Promise<number>;
  resize(columns: number, rows: number): Promise<void>;
  /** Lets go of the connection. It does not end the process. */
  close(): void;
}

/** The main process of a container that reads from its standard input. What it prints is in the container's log, too. */
export type MainProcessStreams = Pick<ContainerProcess, 'stdin' | 'stdout' | 'close'>;

/** What runs in containers. */
export interface EngineProcesses {
  startProcess(request: ProcessRequest): Promise<ContainerProcess>;
  attachMainProcess(containerId: string): Promise<MainProcessStreams>;
  /** A command that was started in a container, by its exec id; `undefined` when the engine has forgotten it. */
  inspectCommand(execId: string): Promise<(CommandFacts & { readonly running: boolean }) | undefined>;
}
