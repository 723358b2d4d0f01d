/** Finds an engine that answers, or starts one where this process may. */
export function ensureEngine(): Promise<{
  readonly socketPath: string;
  readonly why: string;
  readonly startedByUs: boolean;
  stop(): Promise<void>;
}>;
