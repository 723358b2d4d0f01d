import type { FileHandle } from 'node:fs/promises';

const chunkBytes = 128 * 1024;
const empty = Buffer.alloc(chunkBytes);

/** Writes all of it, as a full disk does not. Holes stay holes, so that a file full of nothing takes no room here either. */
export async function writeAt(file: FileHandle, at: number, content: Buffer): Promise<number> {
  for (let done = 0; done < content.length;) {
    const piece = content.subarray(done, done + chunkBytes);
    const isEmpty = piece.equals(empty.subarray(0, piece.length));
    done += isEmpty ? piece.length : (await file.write(piece, 0, piece.length, at + done)).bytesWritten;
  }
  return content.length;
}
