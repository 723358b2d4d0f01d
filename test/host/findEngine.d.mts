/** Looks for an engine that answers. */
export function findEngine(): Promise<{ readonly socketPath?: string; readonly why?: string }>;
