import { closeSync, readSync } from 'node:fs';
import type { Entry } from './difference.ts';
import { openLooked } from './sameContent.ts';

/** As git decides it (`buffer_is_binary` in its `xdiff-interface.c`): by a NUL among the first bytes. */
const lookedAtBytes = 8000;

/**
 * Whether a file holds something else than text. Throws `EACCES` where it may not be read. Waits for no thread: that
 * takes much longer than so few bytes of a file that was written a moment ago.
 */
export function isBinary(file: Entry): boolean {
  if (file.stats.size === 0n) return false;
  const buffer = Buffer.allocUnsafe(Math.min(Number(file.stats.size), lookedAtBytes));
  const descriptor = openLooked(file);
  try {
    return buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, 0)).includes(0);
  } finally {
    closeSync(descriptor);
  }
}
