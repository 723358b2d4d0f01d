/** Whether an error says that there is nothing at a path. */
export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT', 'ENOTDIR');
}

/** The same, or that a symbolic link stands on the way, which is never followed, or that nothing can be at such a path. */
export function leadsNowhere(error: unknown): boolean {
  return isMissing(error) || isNameRefused(error) || hasCode(error, 'ELOOP');
}

/** Whether an error says that the disk has no such names: some take only text, and all of them only so many bytes. */
export function isNameRefused(error: unknown): boolean {
  return hasCode(error, 'EILSEQ', 'ENAMETOOLONG');
}

/** Whether an error says that this process may not do that with somebody else's file. */
export function isDenied(error: unknown): boolean {
  return hasCode(error, 'EACCES', 'EPERM');
}

/** Whether an error says that something else is at a path, or on the way to it, than was to be changed there. */
export function isInTheWay(error: unknown): boolean {
  return leadsNowhere(error) || hasCode(error, 'EEXIST', 'ENOTEMPTY', 'EISDIR', 'EBUSY', 'ENXIO');
}

/** Whether an error says that a disk, or this person's part of it, has no room. */
export function isDiskFull(error: unknown): boolean {
  return hasCode(error, 'ENOSPC', 'EDQUOT');
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}
