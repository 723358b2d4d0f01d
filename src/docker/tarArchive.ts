import type { UserId } from '../isolation/workspaceUser.ts';

/** Archives consist of such blocks. */
export const blockBytes = 512;

/** A tar archive of empty files that only their owner may write. Names are ASCII, of at most 100 bytes. */
export function emptyFilesArchive(names: readonly string[], { uid, gid }: UserId): Buffer {
  return Buffer.concat([...names.map((name) => header(name, uid, gid)), Buffer.alloc(2 * blockBytes)]);
}

/** By POSIX.1-1988 (ustar). */
function header(name: string, uid: number, gid: number): Buffer {
  const block = Buffer.alloc(blockBytes);
  block.write(name, 0, 100, 'ascii');
  block.write('0000600\0', 100, 'ascii');
  writeNumber(block, uid, 108);
  writeNumber(block, gid, 116);
  block.write('00000000000\0', 124, 'ascii');
  block.write('00000000000\0', 136, 'ascii');
  block.write('0', 156, 'ascii');
  block.write('ustar\x0000', 257, 'ascii');
  return withSum(block);
}

/** The header itself, with the sum by which it is known for one. */
export function withSum(block: Buffer): Buffer {
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'ascii');
  return block;
}

/** Octal digits, or binary behind a mark for what has too many of them. */
function writeNumber(block: Buffer, value: number, at: number): void {
  if (value < 0o7777777) {
    block.write(`${value.toString(8).padStart(7, '0')}\0`, at, 'ascii');
    return;
  }
  block[at] = 0x80;
  block.writeUInt32BE(value, at + 4);
}
