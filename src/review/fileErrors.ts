/** Whether an error says that there is nothing at a path. */
export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT', 'ENOTDIR');
}

/** The same, or that a symbolic link stands on the way, which is never followed. */
export function leadsNowhere(error: unknown): boolean {
  return isMissing(error) || hasCode(error, 'ELOOP');
}

/** Whether an error says that this process may not do that with somebody else's file. */
export function isDenied(error: unknown): boolean {
  return hasCode(error, 'EACCES', 'EPERM');
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? '');
}
