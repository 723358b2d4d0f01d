import { PassThrough, pipeline, type Readable } from 'node:stream';
import { archiveBytes, archiveText } from '../shared/archiveText.ts';
import { paxBody, paxRecords } from './paxRecords.ts';
import { blockBytes, withSum } from './tarArchive.ts';

/** What a field holds up to its end. */
const text = (block: Buffer, at: number, bytes: number) => {
  const field = block.subarray(at, at + bytes);
  const end = field.indexOf(0);
  return end < 0 ? field : field.subarray(0, end);
};
const sizeField = 124;
const typeField = 156;
const linkField = 157;
const prefixField = 345;
const prefixBytes = 155;

/** What stands in place of the header of an entry, and of the records about it in front of that, if there are any. */
type Rewrite = (header: Buffer, told: Map<string, Buffer> | undefined) => readonly Buffer[];

/**
 * The same tar archive with all that is in it in a folder of this name, a short one of ASCII, and with names in their bytes
 * (`archiveText`). By POSIX.1-2001 (pax), as which also plain ones count; fails for one with long names as only GNU writes
 * them. What fails the archive fails this one, and the other way round.
 */
export function archiveBelow(folder: string, archive: Readable): Readable {
  return rewritten(archive, (header, told) => {
    if (/[LK]/.test(typeOf(header))) throw new Error('The archive has long names as only GNU writes them.');
    return headersBelow(folder, header, told && withNames(told, archiveBytes));
  });
}

/** The same tar archive with names that `archiveText` has made text. */
export function textArchive(archive: Readable): Readable {
  return rewritten(archive, (header, told) =>
    told
      ? withRecords(
          header,
          withNames(told, (name) => Buffer.from(archiveText(name) ?? name)),
        )
      : [header],
  );
}

function rewritten(archive: Readable, rewrite: Rewrite): Readable {
  const moved = new PassThrough();
  pipeline(
    archive,
    (source: AsyncIterable<Buffer>) => rewrittenEntries(new Bytes(source), rewrite),
    moved,
    () => undefined,
  );
  // A pipeline notices that only with the next bytes, which may never come.
  moved.once('close', () => archive.destroy());
  return moved;
}

async function* rewrittenEntries(bytes: Bytes, rewrite: Rewrite): AsyncGenerator<Buffer> {
  let told: Map<string, Buffer> | undefined;
  for (;;) {
    const header = await bytes.take(blockBytes);
    // The end, or what somebody else is to complain of.
    if (header.length < blockBytes || header[0] === 0) {
      yield header;
      yield* bytes.pass(Infinity);
      return;
    }
    const type = typeOf(header);
    if (type === 'x') {
      const size = sizeIn(header);
      told = paxRecords((await bytes.take(padded(size))).subarray(0, size));
      continue;
    }
    yield* type === 'g' ? [header] : rewrite(header, told);
    // What is no file has no content, whatever its size says.
    const size = /[1-6]/.test(type) ? 0 : Number(told?.get('size')?.toString() ?? sizeIn(header));
    yield* bytes.pass(padded(size));
    if (type !== 'g') told = undefined;
  }
}

function typeOf(header: Buffer): string {
  return String.fromCharCode(header[typeField] ?? 0);
}

function withNames(told: Map<string, Buffer>, rename: (name: Buffer) => Buffer): Map<string, Buffer> {
  return new Map(
    [...told].map(([key, value]) => [key, key === 'path' || key === 'linkpath' ? rename(value) : value]),
  );
}

/** The header of an entry with its new name: in the field in front of the name, or else by records before it. */
function headersBelow(folder: string, header: Buffer, told: Map<string, Buffer> | undefined): Buffer[] {
  const isPosix = header.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? text(header, prefixField, prefixBytes) : Buffer.alloc(0);
  const newPrefix = prefix.length > 0 ? joined(folder, prefix) : Buffer.from(folder);
  const isHardLink = typeOf(header) === '1';
  if (!told && !isHardLink && isPosix && newPrefix.length <= prefixBytes) {
    const moved = Buffer.from(header);
    newPrefix.copy(moved, prefixField);
    return [withSum(moved)];
  }
  const shortName = text(header, 0, 100);
  const name = prefix.length > 0 ? Buffer.concat([prefix, Buffer.from('/'), shortName]) : shortName;
  const records = new Map(told).set('path', joined(folder, told?.get('path') ?? name));
  if (isHardLink)
    records.set('linkpath', joined(folder, told?.get('linkpath') ?? text(header, linkField, 100)));
  return withRecords(header, records);
}

function withRecords(header: Buffer, records: ReadonlyMap<string, Buffer>): Buffer[] {
  const body = paxBody(records);
  const before = Buffer.from(header).fill(0, 0, 100).fill(0, linkField, 257).fill(0, prefixField, 500);
  before.write('records', 0, 'ascii');
  before.write('x', typeField, 'ascii');
  before.write(`${body.length.toString(8).padStart(11, '0')}\0`, sizeField, 'ascii');
  return [withSum(before), body, Buffer.alloc(padded(body.length) - body.length), header];
}

function joined(folder: string, path: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), path]);
}

/** Octal digits, or binary behind a mark. */
function sizeIn(header: Buffer): number {
  if (((header[sizeField] ?? 0) & 0x80) !== 0) return Number(header.readBigUInt64BE(sizeField + 4));
  return Number.parseInt(text(header, sizeField, 12).toString('latin1').trim() || '0', 8);
}

function padded(size: number): number {
  return Math.ceil(size / blockBytes) * blockBytes;
}

/** Bytes that come in pieces of any size. */
class Bytes {
  private readonly pieces: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.pieces = source[Symbol.asyncIterator]();
  }

  /** So many, or fewer at the end. */
  async take(bytes: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.pass(bytes)) pieces.push(piece);
    return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
  }

  async *pass(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0;) {
      if (this.rest.length === 0) {
        const next = await this.pieces.next();
        if (next.done === true) return;
        this.rest = next.value;
      }
      const piece = this.rest.subarray(0, left);
      this.rest = this.rest.subarray(piece.length);
      left -= piece.length;
      if (piece.length > 0) yield piece;
    }
  }
}
