import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { pack, type Pack } from 'tar-stream';
import type { Entry } from '../difference.ts';
import { inArchive, pathText } from '../pathBytes.ts';
import { isSameFile, linkTarget, withFile } from '../sameContent.ts';

/** Whose something is, and who may do what with it. */
export type Ownership = Pick<BigIntStats, 'uid' | 'gid' | 'mode'>;

type About = Parameters<Pack['entry']>[0];
type Sink = ReturnType<Pack['entry']>;

const chunkBytes = 256 * 1024;
/** The largest number that the header of an archive holds in this field. */
const mostInHeader = 0o777777n;
/** Nor more seconds since 1970 in that. */
const latestInHeader = 0x7fffffffn;
/** The library takes a mode of nothing for one that is missing; engines pass over this bit. */
const modeIsSaid = 0o10000;

/** Writes layers of an overlay into an archive, one entry after the other. */
export class LayerPack {
  private readonly tar: Pack;

  private constructor(tar: Pack) {
    this.tar = tar;
  }

  /** An archive of what `fill` writes; it fails as that fails. */
  static archiveOf(fill: (packing: LayerPack) => Promise<void>): Readable {
    const tar = pack();
    const archive = new PassThrough();
    // Whoever reads the archive hears of a failure; whoever ends it ends what is packed.
    pipeline(tar as unknown as Readable, archive, () => undefined);
    fill(new LayerPack(tar)).then(
      () => {
        tar.finalize();
      },
      (error: unknown) => {
        archive.destroy(error as Error);
      },
    );
    return archive;
  }

  async folder(name: string, ownership: Ownership): Promise<void> {
    await this.whole({ ...header(name, ownership), type: 'directory' });
  }

  async emptyFile(name: string): Promise<void> {
    await this.whole({ name: inArchive(name), type: 'file', mode: 0o600 });
  }

  /** Rejects with `EINVAL` for what is no link any more. */
  async link(name: string, entry: Entry, ownership: Ownership = entry.stats): Promise<void> {
    const linkname = inArchive(pathText(await linkTarget(entry)));
    // Only records in front of an entry are read as names of any bytes.
    await this.whole({ pax: {}, ...header(name, ownership), type: 'symlink', linkname });
  }

  async linkTo(name: string, target: string): Promise<void> {
    await this.whole({ pax: {}, name: inArchive(name), type: 'symlink', linkname: inArchive(target) });
  }

  /** As this a mirror keeps whatever is never opened. */
  async fifo(name: string, ownership: Ownership): Promise<void> {
    await this.whole({ ...header(name, ownership), type: 'fifo' });
  }

  /** Marks as an overlay does that what lies below has nothing there. */
  async gone(name: string): Promise<void> {
    await this.whole({
      name: inArchive(name),
      type: 'character-device',
      devmajor: 0,
      devminor: 0,
      mode: 0o600,
    });
  }

  /** Gives false for a file that somebody changed meanwhile, of which the archive has anything. Rejects where it cannot be read. */
  async file(name: string, entry: Entry, ownership: Ownership = entry.stats): Promise<boolean> {
    return await withFile(entry, async (file) => {
      const size = Number(entry.stats.size);
      const about = { ...header(name, ownership, entry.stats.mtimeNs), type: 'file', size } as const;
      if (size <= chunkBytes) await this.whole(about, await read(file, size, 0));
      else await this.inPieces(about, file);
      return isSameFile(await file.stat({ bigint: true }), entry.stats);
    });
  }

  private async whole(about: About, content: Buffer = Buffer.alloc(0)): Promise<void> {
    const { sink, ended } = this.begin(about);
    sink.end(content);
    await ended;
  }

  private async inPieces(about: About & { readonly size: number }, file: FileHandle): Promise<void> {
    const { sink, ended } = this.begin(about);
    for (let at = 0; at < about.size && !sink.destroyed; at += chunkBytes)
      if (!sink.write(await read(file, Math.min(chunkBytes, about.size - at), at))) await drained(sink);
    sink.end(undefined);
    await ended;
  }

  private begin(about: About): { readonly sink: Sink; readonly ended: Promise<void> } {
    let sink!: Sink;
    const ended = new Promise<void>((resolve, reject) => {
      sink = this.tar.entry(about, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    ended.catch(() => undefined);
    // The promise says what it has to say.
    sink.on('error', () => undefined);
    return { sink, ended };
  }
}

function header(name: string, { uid, gid, mode }: Ownership, mtimeNs = 0n): About {
  const mtime = mtimeNs / 1_000_000_000n;
  const large = {
    ...(uid > mostInHeader && { uid }),
    ...(gid > mostInHeader && { gid }),
    ...((mtime < 0n || mtime > latestInHeader) && { mtime }),
  };
  const pax = Object.fromEntries(Object.entries(large).map(([key, value]) => [key, String(value)]));
  return {
    ...{
      name: inArchive(name),
      uid: Number(uid),
      gid: Number(gid),
      mode: Number(mode & 0o777n) | modeIsSaid,
    },
    mtime: new Date('mtime' in pax ? 0 : Number(mtime) * 1000),
    ...(Object.keys(pax).length > 0 && { pax }),
  };
}

/** So many bytes from there on; zeros for what a file does not have any more. */
async function read(file: FileHandle, bytes: number, from: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  for (let at = 0; at < bytes;) {
    const { bytesRead } = await file.read(buffer, at, bytes - at, from + at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return buffer;
}

async function drained(sink: Sink): Promise<void> {
  if (sink.destroyed) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      sink.off('drain', end);
      sink.off('close', end);
      resolve();
    };
    sink.on('drain', end);
    sink.on('close', end);
  });
}
