export interface PrivateEngine {
  readonly socketPath: string;
  readonly logFile: string;
  /** Of the daemon that runs now, as the host counts. */
  readonly pid: number;
  /** Sends a signal to the daemon alone (SIGKILL when missing) and waits for its end; SIGSTOP freezes it until SIGCONT. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts the daemon again on the same data. */
  restart(): Promise<void>;
  /** Ends it and everything in it, and removes its folder. */
  stop(): Promise<void>;
}

/** Starts an engine that a test may torture; it has no images (see `ensureImages`). */
export function startPrivateEngine(options?: {
  /** Removed at the end; a temporary one when missing. */
  readonly dir?: string;
  /** The size of its disk, to fill it; the host's own when missing. */
  readonly dataSizeMiB?: number;
  /** Address of the only server that it asks for names; the host's own when missing. */
  readonly nameServer?: string;
  /** Absolute paths of folders that are empty for it, as for an engine elsewhere; its own stays whole in them. */
  readonly hiddenFolders?: readonly string[];
  /** What its configuration file says. */
  readonly settings?: Readonly<Record<string, unknown>>;
}): Promise<PrivateEngine>;
