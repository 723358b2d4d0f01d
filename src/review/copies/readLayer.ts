import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { fromArchive, pathBytes } from '../pathBytes.ts';
import type { LayerBudget } from './layerBudget.ts';

/** What an entry of a layer's archive is; `special` for what only stands there and is never opened. */
export type LayerEntryKind = 'folder' | 'file' | 'hardLink' | 'link' | 'whiteout' | 'special';

/** One entry of a layer's archive. What is not read of its content before the next one is asked for is skipped. */
export interface LayerEntry {
  /** The names on the way to it, none for the layer itself; missing where no path in a mirror can be meant. */
  readonly names: readonly string[] | undefined;
  /** Missing for what archives of layers do not hold. */
  readonly kind: LayerEntryKind | undefined;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** In seconds. */
  readonly mtime: number;
  /** A path in the archive of a hard link, and whatever a symbolic link leads to. */
  readonly target: string;
  readonly content: AsyncIterable<Buffer>;
}

/** What `tar-stream` gives, which its types do not tell whole. */
interface TarHeader extends Omit<Header, 'type' | 'linkname' | 'pax'> {
  readonly type: Header['type'] | null;
  readonly linkname: string | null;
  readonly byteOffset: number;
  readonly pax: Readonly<Partial<Record<'uid' | 'gid' | 'mtime', string>>> | null;
}

const top = 'upper';
const blockBytes = 512;
const mostNameBytes = 255;
const mostPathBytes = 4096;
/** The year 2106, the last one that every disk can note. */
const lastSecond = 0xffff_ffff;
/** Who owns what belongs to nobody that has a number. */
const nobody = 65_534;

/** Reads a tar archive of a layer to its very end, and rejects where that does not come. Names are not to be trusted. */
export async function* readLayer(
  archive: Readable,
  budget: LayerBudget,
  signal?: AbortSignal,
): AsyncGenerator<LayerEntry> {
  const reader = extract();
  const read = { bytes: 0, zeros: 0 };
  const feeding = pipeline(
    archive,
    (source: AsyncIterable<Buffer>) => counted(source, read),
    reader,
    signal ? { signal } : {},
  );
  // It is waited for in the end; until then the reader rejects with the same.
  feeding.catch(() => undefined);
  let end = 0;
  for await (const source of reader) {
    signal?.throwIfAborted();
    const header = source.header as TarHeader;
    const { byteOffset, size } = header;
    const name = fromArchive(header.name);
    if (!Number.isSafeInteger(size)) throw new CutOff();
    end = byteOffset + (header.type === 'directory' ? 0 : Math.ceil(size / blockBytes) * blockBytes);
    budget.takeEntry(name.startsWith(`${top}/`) ? name.slice(top.length + 1) : name, size);
    yield entryOf(header, name, source as AsyncIterable<Buffer>);
    source.resume();
  }
  await feeding;
  // Two blocks of zeros, which the reader does not ask for: it takes an archive that was cut off between entries for whole.
  const rest = read.bytes - end;
  if (rest < 2 * blockBytes || read.zeros < rest) throw new CutOff();
}

/** An archive ends before its end. */
export class CutOff extends Error {
  override readonly message = 'The archive of the layer is not whole.';
}

/** The names below the layer in a path of its archive; `undefined` for what could lead anywhere else. */
export function namesInLayer(path: string): readonly string[] | undefined {
  const [first, ...names] = path.split('/');
  const isFine = first === top && pathBytes(path).length <= mostPathBytes && names.every(isName);
  return isFine ? names : undefined;
}

function isName(name: string): boolean {
  const isStep = name === '' || name === '.' || name === '..';
  return !isStep && !name.includes('\0') && pathBytes(name).length <= mostNameBytes;
}

function entryOf(header: TarHeader, name: string, content: AsyncIterable<Buffer>): LayerEntry {
  const { pax } = header;
  const kind = kindOf(header);
  return {
    names: namesInLayer(kind === 'folder' && name.endsWith('/') ? name.slice(0, -1) : name),
    kind,
    mode: header.mode,
    // Numbers that are too large for a header stand in front of it.
    uid: owner(Number(pax?.uid ?? header.uid)),
    gid: owner(Number(pax?.gid ?? header.gid)),
    size: header.size,
    mtime: second(Number(pax?.mtime ?? header.mtime.getTime() / 1000)),
    target: fromArchive(header.linkname ?? ''),
    content,
  };
}

function kindOf({ type, devmajor, devminor }: TarHeader): LayerEntryKind | undefined {
  switch (type) {
    case 'directory':
      return 'folder';
    case 'file':
    case 'contiguous-file':
      return 'file';
    case 'link':
      return 'hardLink';
    case 'symlink':
      return 'link';
    case 'character-device':
      return devmajor === 0 && devminor === 0 ? 'whiteout' : 'special';
    case 'block-device':
    case 'fifo':
      return 'special';
    case null:
      return undefined;
  }
}

function owner(id: number): number {
  return Number.isInteger(id) && id >= 0 && id < 0xffff_ffff ? id : nobody;
}

function second(time: number): number {
  return Number.isFinite(time) ? Math.min(Math.max(time, 0), lastSecond) : 0;
}

/** Notes how many bytes there were, and how many zeros they end with. */
async function* counted(
  source: AsyncIterable<Buffer>,
  read: { bytes: number; zeros: number },
): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    let from = chunk.length;
    while (from > 0 && chunk[from - 1] === 0) from -= 1;
    read.bytes += chunk.length;
    read.zeros = from === 0 ? read.zeros + chunk.length : chunk.length - from;
    yield chunk;
  }
}
