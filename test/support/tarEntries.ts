import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { extract, pack, type Header } from 'tar-stream';

/** One entry of a tar archive. */
export type TarEntry = Partial<Header> & Pick<Header, 'name' | 'type'> & { readonly content?: Buffer };

/** A tar archive of these. */
export function archiveOf(entries: readonly TarEntry[]): Readable {
  const archive = pack();
  for (const { content, ...header } of entries) {
    if (content) archive.entry(header, content);
    else archive.entry(header);
  }
  archive.finalize();
  return Readable.from(archive as AsyncIterable<Buffer>);
}

/** What a tar archive says of each of its entries, by their names; rejects when the archive breaks off. */
export async function readEntries(archive: Readable): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  const reader = extract();
  const feeding = pipeline(archive, reader as unknown as NodeJS.WritableStream);
  // It is waited for in the end; until then the reader rejects with the same.
  feeding.catch(() => undefined);
  for await (const content of reader) {
    const hash = createHash('sha256');
    for await (const chunk of content as AsyncIterable<Buffer>) hash.update(chunk);
    found[content.header.name] = described(content.header, hash.digest('hex'));
  }
  await feeding;
  return found;
}

/** What `readEntries` is to tell of an archive of these. */
export function describeEntries(entries: readonly TarEntry[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    entries.map((entry) => [
      entry.name,
      described(
        entry,
        createHash('sha256')
          .update(entry.content ?? '')
          .digest('hex'),
      ),
    ]),
  );
}

/** A tar archive that goes on for ever, or fails after a megabyte. */
export function endlessArchive(failure?: Error): Readable {
  const archive = pack();
  archive.entry({ name: 'endless', size: 2 ** 32, mode: 0o600 });
  const begin = new Promise<Buffer>((resolve) =>
    archive.once('data', (data) => {
      resolve(data as Buffer);
    }),
  );
  const chunks = async function* () {
    yield await begin;
    for (let sent = 0; ; sent += 65_536) {
      if (failure && sent > 2 ** 20) throw failure;
      await sleep(1);
      yield Buffer.alloc(65_536);
    }
  };
  return Readable.from(chunks());
}

function described(
  { type, mode = 0, uid, gid, linkname, devmajor, devminor }: TarEntry,
  hash: string,
): string {
  const device = type === 'character-device' ? ` ${devmajor}/${devminor}` : '';
  // Some say in the mode what it is, too.
  return `${type} ${(mode & 0o7777).toString(8)} ${uid}:${gid} ${linkname ?? ''}${device} ${hash.slice(0, 8)}`;
}
