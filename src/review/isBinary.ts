import type { Entry } from './difference.ts';
import { withFile } from './sameContent.ts';

/** As git decides it (`buffer_is_binary` in its `xdiff-interface.c`): by a NUL among the first bytes. */
const lookedAtBytes = 8000;

/** Whether a file holds something else than text. Rejects with `EACCES` where it may not be read. */
export async function isBinary(file: Entry): Promise<boolean> {
  if (file.stats.size === 0n) return false;
  const buffer = Buffer.alloc(lookedAtBytes);
  const { bytesRead } = await withFile(file, (handle) => handle.read(buffer, 0, lookedAtBytes, 0));
  return buffer.subarray(0, bytesRead).includes(0);
}
