import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { LayerPack, type Ownership } from '../../../src/review/copies/layerPack.ts';
import { OpenFolder } from '../../../src/review/openFolder.ts';
import { Replaced } from '../../../src/review/sameContent.ts';
import { until } from '../../support/until.ts';

describe('an archive of a layer', () => {
  let path: string;
  let folder: OpenFolder;

  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'cordon-test-'));
    folder = await OpenFolder.at(path);
  });
  afterEach(async () => {
    folder.close();
    await rm(path, { recursive: true });
  });

  const entry = async (name: string) => {
    const stats = await folder.look(Buffer.from(name));
    assert.ok(stats);
    return { folder, name: Buffer.from(name), stats };
  };

  it('has owners of any number, modes of nothing, names of any length, and links as they are', async () => {
    await writeFile(join(path, 'closed'), 'closed');
    await chmod(join(path, 'closed'), 0);
    await symlink('../어디/else', join(path, 'link'));
    const long = `${'d'.repeat(120)}/${'n'.repeat(200)}`;
    const owner: Ownership = { uid: 3_000_000n, gid: 262_144n, mode: 0o104750n };
    const found = await entriesOf(
      LayerPack.archiveOf(async (packing) => {
        await packing.folder('upper', { uid: 1n, gid: 2n, mode: 0o40000n });
        await packing.file('upper/closed', await entry('closed'), { ...owner, mode: 0n });
        await packing.link('upper/link', await entry('link'), owner);
        await packing.file(`upper/${long}`, await entry('closed'), owner);
        await packing.fifo('upper/fifo', { ...owner, mode: 0o10600n });
        await packing.gone('upper/gone');
      }),
    );
    assert.deepEqual(found, [
      'upper directory 1:2 0 ',
      'upper/closed file 3000000:262144 0 closed',
      'upper/link symlink 3000000:262144 750 ../어디/else',
      `upper/${long} file 3000000:262144 750 closed`,
      'upper/fifo fifo 3000000:262144 600 ',
      'upper/gone character-device 0:0 600 ',
    ]);
  });

  it('has a large file whole, and tells of one that was changed meanwhile', async () => {
    const large = Buffer.alloc(3_000_000, 'abcdefg');
    await writeFile(join(path, 'large'), large);
    const said: boolean[] = [];
    const large1 = await entry('large');
    const [first] = await entriesOf(
      LayerPack.archiveOf(async (packing) => {
        said.push(await packing.file('a', large1));
        await writeFile(join(path, 'other'), large);
        const growing = await entry('other');
        const packed = packing.file('b', growing);
        await truncate(join(path, 'other'), 10);
        said.push(await packed.catch((error: unknown) => !(error instanceof Replaced)));
      }),
    );
    assert.ok(first?.endsWith(large.toString()));
    assert.deepEqual(said, [true, false]);
  });

  it('fails as what fills it fails, and does not keep that waiting when nobody reads on', async () => {
    await assert.rejects(
      entriesOf(LayerPack.archiveOf(() => Promise.reject(new Error('no more')))),
      /no more/,
    );
    await writeFile(join(path, 'large'), Buffer.alloc(30_000_000));
    const large = await entry('large');
    let outcome = 'none';
    const archive = LayerPack.archiveOf(async (packing) => {
      outcome = await packing.file('large', large).then(String, (error: unknown) => String(error));
    });
    archive.on('error', () => undefined);
    archive.once('data', () => {
      archive.destroy(new Error('enough'));
    });
    await until(() => outcome !== 'none');
    assert.match(outcome, /Error/);
  });
});

/** Each entry in a line: name, type, owner, mode in octal, and its target or content. */
async function entriesOf(archive: Readable): Promise<string[]> {
  const reader = extract();
  const failed = new Promise<never>((_, reject) => {
    archive.on('error', reject);
  });
  archive.pipe(reader);
  const read = async () => {
    const lines: string[] = [];
    for await (const source of reader) {
      const { name, type, uid, gid, mode, linkname, pax } = source.header;
      const own = { uid, gid, ...(pax as object | null) };
      const content = await text(source as AsyncIterable<Buffer>);
      lines.push(
        `${name} ${type} ${own.uid}:${own.gid} ${mode.toString(8)} ${type === 'symlink' ? linkname : content}`,
      );
    }
    return lines;
  };
  return await Promise.race([read(), failed]);
}

async function text(source: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
