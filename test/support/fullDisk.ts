import { readlinkSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

type Write = (
  this: FileHandle,
  content: Buffer,
  from: number,
  length: number,
  at: number,
) => Promise<{ bytesWritten: number }>;

/** What writes to open files goes through, until `restore` is called. */
export interface FullDisk {
  /** So many bytes were written. */
  readonly written: number;
  restore(): void;
}

/**
 * Has open files below a folder take so many bytes more only, as a full disk does: of what does not fit a part, then nothing.
 * With `onFull` that happens once: what did not fit makes room when it goes.
 */
export async function fullDisk(
  below: string,
  bytes: number,
  onFull?: () => Promise<void>,
): Promise<FullDisk> {
  const file = await open(import.meta.filename, 'r');
  const handles = Object.getPrototypeOf(file) as { write: Write };
  await file.close();
  const { write } = handles;
  let left = bytes;
  let written = 0;
  const writeWhatFits: Write = async function (content, from, length, at) {
    if (!readlinkSync(`/proc/self/fd/${this.fd}`).startsWith(`${below}/`))
      return await write.call(this, content, from, length, at);
    const room = Math.min(length, left);
    if (room === 0) {
      if (onFull) left = Infinity;
      await onFull?.();
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    }
    left -= room;
    written += room;
    return await write.call(this, content, from, room, at);
  };
  handles.write = writeWhatFits;
  return {
    get written() {
      return written;
    },
    restore: () => {
      handles.write = write;
    },
  };
}
