import { promisify } from 'node:util';
import { setImmediate } from 'node:timers/promises';
import { deflate } from 'node:zlib';

const alphabet = Buffer.from(
  '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~',
);
const bytesInLine = 52;
/** After so many lines everything else gets its turn. */
const linesAtOnce = 20_000;

/** Bytes as the part `literal` of a patch of git: compressed, in base 85, with an empty line at the end. */
export async function binaryHunk(content: Buffer): Promise<Buffer> {
  const packed = await promisify(deflate)(content);
  const lines: Buffer[] = [Buffer.from(`literal ${content.length}\n`)];
  for (let at = 0; at < packed.length; at += bytesInLine) {
    lines.push(lineOf(packed.subarray(at, at + bytesInLine)));
    if (lines.length % linesAtOnce === 0) await setImmediate();
  }
  return Buffer.concat([...lines, Buffer.from('\n')]);
}

/** Its length comes first, as a letter. */
function lineOf(bytes: Buffer): Buffer {
  const words = Math.ceil(bytes.length / 4);
  const line = Buffer.alloc(2 + words * 5);
  const first = bytes.length <= 26 ? 0x41 + bytes.length - 1 : 0x61 + bytes.length - 27;
  line[0] = first;
  const padded = Buffer.alloc(words * 4);
  bytes.copy(padded);
  for (let word = 0; word < words; word += 1) {
    let value = padded.readUInt32BE(word * 4);
    for (let digit = 4; digit >= 0; digit -= 1) {
      line[1 + word * 5 + digit] = alphabet[value % 85] ?? 0;
      value = Math.floor(value / 85);
    }
  }
  line[line.length - 1] = 0x0a;
  return line;
}
