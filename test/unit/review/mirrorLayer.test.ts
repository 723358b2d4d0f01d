import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pack, type Header } from 'tar-stream';
import type { LayerLimits } from '../../../src/review/copies/layerBudget.ts';
import { mirrorLayer } from '../../../src/review/copies/mirrorLayer.ts';
import { mirrorForm } from '../../../src/review/entryForm.ts';
import { failsWith } from '../../support/engine.ts';

type Given = Partial<Omit<Header, 'pax'>> & { readonly name: string; readonly pax?: Record<string, string> };
type Packed = readonly [header: Given, content?: string | Buffer];

const isRoot = process.getuid!() === 0;
const owner = { uid: process.getuid!(), gid: process.getgid!() };
const mtime = new Date('2024-05-06T07:08:09Z');
/** The library takes a mode of nothing for one that is missing; this bit is not written. */
const said = 0o10000;

const top: Packed = [{ name: 'upper/', type: 'directory', mode: 0o755 }];
const folder = (path: string, mode = 0o755): Packed => [
  { name: `upper/${path}/`, type: 'directory', mode: mode | said },
];
const file = (path: string, content: string | Buffer = '', about: Partial<Given> = {}): Packed => [
  { name: `upper/${path}`, type: 'file', mode: 0o644, ...about },
  content,
];
const link = (path: string, linkname: string): Packed => [
  { name: `upper/${path}`, type: 'symlink', linkname },
];
const hardLink = (path: string, linkname: string, mode = 0o644): Packed => [
  { name: `upper/${path}`, type: 'link', linkname, mode },
];
const device = (path: string, devminor = 0): Packed => [
  { name: `upper/${path}`, type: 'character-device', devmajor: 0, devminor },
];
const fifo = (path: string, mode = 0o644): Packed => [
  { name: `upper/${path}`, type: 'fifo', mode: mode | said },
];

async function packed(...entries: readonly Packed[]): Promise<Buffer> {
  const tar = pack();
  for (const [header, content = ''] of entries)
    if (header.type === 'file') tar.entry({ ...owner, mtime, ...header }, Buffer.from(content));
    else tar.entry({ ...owner, mtime, ...header });
  tar.finalize();
  return await buffer(tar);
}

function streamed(bytes: Buffer, size = 700): Readable {
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
  return Readable.from(chunks);
}

describe('the mirror of a layer', () => {
  let own: string;
  const upper = () => join(own, 'upper');
  const at = (path: string) =>
    join(own, 'upper', ...path.split('/').map((name) => String(mirrorForm.onDisk(Buffer.from(name)))));
  const stats = (path: string) => lstat(at(path), { bigint: true });

  beforeEach(async () => {
    own = await mkdtemp(join(tmpdir(), 'cordon-test-'));
    await mkdir(upper());
  });
  afterEach(() => rm(own, { recursive: true }));

  const mirrorBytes = (bytes: Buffer, limits?: LayerLimits) =>
    mirrorLayer(streamed(bytes), upper(), join(own, 'scratch'), undefined, limits && { limits });
  const mirror = async (...entries: readonly Packed[]) =>
    (await mirrorBytes(await packed(top, ...entries))).leftOut;

  /** All paths; no link is followed. */
  const paths = async (path = ''): Promise<string[]> => {
    const entries = await readdir(at(path), { withFileTypes: true });
    const found = entries.map(async (entry) => {
      const each = join(path, String(mirrorForm.fromDisk(Buffer.from(entry.name))));
      return [each, ...(entry.isDirectory() ? await paths(each) : [])];
    });
    return (await Promise.all(found)).flat().sort();
  };
  /** Everything that tells whether anybody touched what is at a path, but for reading it. */
  const touch = async (path: string) => {
    const { ino, ctimeNs, mtimeNs, mode, nlink, size, uid, gid } = await stats(path);
    return { path, ino, ctimeNs, mtimeNs, mode, nlink, size, uid, gid };
  };
  const touched = async () => await Promise.all(['', ...(await paths())].map(touch));
  /** What is there, in words. */
  const state = async () => {
    const found: Record<string, string> = {};
    for (const path of await paths()) {
      const each = await stats(path);
      if (each.isFile()) found[path] = `file ${await readFile(at(path), 'utf8')}`;
      else if (each.isSymbolicLink()) found[path] = `link ${await readlink(at(path))}`;
      else if (each.isDirectory()) found[path] = 'folder';
      else found[path] = mirrorForm.isWhiteout(each) ? 'whiteout' : each.isFIFO() ? 'fifo' : 'other';
    }
    return found;
  };

  const sample: readonly Packed[] = [
    folder('d', 0o750),
    folder('d/e'),
    file('d/e/x', 'in the depth'),
    file('d/program', '#!/bin/sh\n', { mode: 0o755 }),
    file('empty'),
    file('large', Buffer.alloc(300_000, 'large ')),
    file('한글 \u00e9', 'not ASCII'),
    file('한글 e\u0301', 'another name'),
    link('link', '../anywhere/at all'),
    device('gone'),
    device('d/gone'),
    hardLink('same', 'upper/d/e/x'),
    fifo('queue'),
    device('tty', 5),
    [{ name: 'upper/disk', type: 'block-device', devmajor: 8, devminor: 1 }],
  ];

  it('holds what the archive has', async () => {
    assert.equal(await mirror(...sample), 0);
    const large = 'large '.repeat(50_000);
    assert.deepEqual(await state(), {
      d: 'folder',
      'd/e': 'folder',
      'd/e/x': 'file in the depth',
      'd/gone': 'whiteout',
      'd/program': 'file #!/bin/sh\n',
      disk: 'fifo',
      empty: 'file ',
      gone: 'whiteout',
      large: `file ${large}`,
      link: 'link ../anywhere/at all',
      queue: 'fifo',
      same: 'file in the depth',
      tty: 'fifo',
      '한글 \u00e9': 'file not ASCII',
      '한글 e\u0301': 'file another name',
    });
    assert.equal((await stats('d')).mode & 0o7777n, 0o750n);
    assert.equal((await stats('d/program')).mode & 0o7777n, 0o755n);
    assert.equal((await stats('empty')).mtimeMs, BigInt(mtime.getTime()));
    assert.deepEqual(await readdir(own), ['upper'], 'nothing is left beside it');
  });

  it('is not touched where nothing changed', async () => {
    await mirror(...sample);
    const before = await touched();
    assert.equal(await mirror(...sample), 0);
    assert.deepEqual(await touched(), before);
    await mirror(...sample.map(([header, ...rest]): Packed => [{ ...header, mtime: new Date(0) }, ...rest]));
    assert.deepEqual(await touched(), before, 'a time alone is no change');
  });

  it('follows a file whose size and time stayed, at its first byte as at its last', async () => {
    for (const [index, length] of [
      [0, 10],
      [9, 10],
      [299_999, 300_000],
      [150_000, 300_000],
    ] as const) {
      const content = Buffer.alloc(length, 'abc');
      await mirror(file('f', content), file('other'));
      const [before, other] = [await touch('f'), await touch('other')];
      content[index] = 0;
      await mirror(file('f', content), file('other'));
      assert.ok((await readFile(at('f'))).equals(content));
      const after = await touch('f');
      assert.notEqual(after.ino, before.ino);
      assert.equal(after.mtimeNs, before.mtimeNs);
      assert.deepEqual(await touch('other'), other);
    }
  });

  it('keeps holes', async () => {
    const content = Buffer.alloc(4 * 2 ** 20);
    content[content.length - 1] = 1;
    await mirrorLayer(
      streamed(await packed(top, file('f', content)), 2 ** 20),
      upper(),
      join(own, 'scratch'),
    );
    assert.ok((await readFile(at('f'))).equals(content));
    assert.ok((await stats('f')).blocks < 1024n);
  });

  it('turns anything into anything else', async () => {
    const kinds: Readonly<Record<string, readonly Packed[]>> = {
      file: [file('a', 'file')],
      'other file': [file('a', 'grown file')],
      folder: [folder('a'), folder('a/b', 0o700), file('a/b/c')],
      link: [link('a', '/etc/passwd')],
      'other link': [link('a', '/etc/group')],
      whiteout: [device('a')],
      fifo: [fifo('a')],
      nothing: [],
    };
    for (const [from, first] of Object.entries(kinds))
      for (const [to, second] of Object.entries(kinds)) {
        await mirror(...second);
        const wanted = await state();
        await mirror(...first);
        assert.equal(await mirror(...second), 0);
        assert.deepEqual(await state(), wanted, `${from} to ${to}`);
      }
  });

  it('keeps names apart that disks take for the same, and marks of removals from FIFOs without rights', async () => {
    const entries = [
      file('a', '1'),
      file('A', '2'),
      file('README.MD', 'new'),
      device('README.md'),
      folder('D'),
      device('D/x'),
      folder('d'),
      file('d/x', '3'),
      fifo('queue', 0),
      fifo('open', 0o666),
    ];
    assert.equal(await mirror(...entries), 0);
    const wanted = {
      ...{ A: 'file 2', D: 'folder', 'D/x': 'whiteout', 'README.MD': 'file new', 'README.md': 'whiteout' },
      ...{ a: 'file 1', d: 'folder', 'd/x': 'file 3', open: 'fifo', queue: 'fifo' },
    };
    assert.deepEqual(await state(), wanted);
    const before = await touched();
    await mirror(...entries);
    assert.deepEqual(await touched(), before);
    await mirror(...entries.slice(1));
    assert.deepEqual(
      await state(),
      Object.fromEntries(Object.entries(wanted).filter(([path]) => path !== 'a')),
    );
  });

  it('counts what its disk has no room for in a name, with all that is in it', async () => {
    const long = 'É'.repeat(120);
    const left = await mirror(
      file(long, 'x'),
      device(`${long}1`),
      link(`${long}2`, 'x'),
      fifo(`${long}3`),
      folder(`${long}4`),
      file(`${long}4/x`),
      file('after', 'kept'),
      device('gone'),
      fifo('queue'),
    );
    assert.equal(left, 6);
    assert.deepEqual(await state(), { after: 'file kept', gone: 'whiteout', queue: 'fifo' });
  });

  it('lets go what the archive has no more, and only that', async () => {
    await mirror(
      folder('d'),
      file('d/x'),
      file('d/y'),
      folder('e'),
      folder('e/f'),
      file('e/f/z'),
      device('w'),
    );
    await writeFile(at('d/stray\ufffd'), '');
    const before = await touch('d/y');
    await mirror(folder('d'), file('d/y'));
    assert.deepEqual(await state(), { d: 'folder', 'd/y': 'file ' });
    assert.deepEqual(await touch('d/y'), before);
  });

  it('makes the last of two entries for one path stand', async () => {
    await mirror(
      folder('a'),
      file('a/x'),
      file('a', '1'),
      folder('a'),
      file('a/y'),
      file('b', '1'),
      file('b', '22'),
    );
    assert.deepEqual(await state(), { a: 'folder', 'a/y': 'file ', b: 'file 22' });
  });

  it('has hard links as what they are links of', async () => {
    const links = [
      file('f', 'content'),
      link('l', 'nowhere'),
      device('w'),
      fifo('q'),
      folder('d'),
      hardLink('d/f', 'upper/f'),
      hardLink('d/l', 'upper/l'),
      hardLink('d/w', 'upper/w'),
      hardLink('d/q', 'upper/q'),
    ];
    assert.equal(await mirror(...links), 0);
    const wanted = { d: 'folder', f: 'file content', l: 'link nowhere', q: 'fifo', w: 'whiteout' };
    const copies = { 'd/f': wanted.f, 'd/l': wanted.l, 'd/q': 'fifo', 'd/w': 'whiteout' };
    assert.deepEqual(await state(), { ...wanted, ...copies });
    const before = await touched();
    await mirror(...links);
    assert.deepEqual(await touched(), before);
    assert.notEqual((await stats('f')).ino, (await stats('d/f')).ino);
  });

  it('leaves out hard links of what is no file of the same archive', async () => {
    await mirror(file('old', 'from earlier on'));
    const targets = [
      'upper/old',
      'upper/d',
      'upper',
      'upper/d/../../x',
      '/etc/passwd',
      'upper/none',
      'upper/l/x',
    ];
    const left = await mirror(
      folder('d'),
      link('l', '/etc'),
      ...targets.map((target, index) => hardLink(`h${index}`, target)),
    );
    assert.equal(left, targets.length);
    assert.deepEqual(await state(), { d: 'folder', l: 'link /etc' });
  });

  it('takes no name for a way out', async () => {
    const outside = join(own, 'outside');
    await mkdir(outside);
    await mirror(folder('linked'), file('linked/x', 'inside'));
    const names = [
      'upper/../x',
      '/etc/x',
      '/upper/x',
      'upper//x',
      'upper/a/../../x',
      'upper/./x',
      'upper/..',
      './upper/x',
      '../upper/x',
      'upperx',
      'upper',
      'other/x',
      'upper/nul\0/x',
      'upper/no folder/x',
      `upper/${'n'.repeat(256)}`,
      `upper${'/n'.repeat(2100)}`,
      'upper/l/x',
      'upper/linked/x',
      'upper/f/x',
    ];
    const hostile = names.map((name): Packed => [{ name, type: 'file', pax: { path: name } }, 'hostile']);
    const left = await mirror(
      folder('a'),
      file('f'),
      link('l', outside),
      link('linked', outside),
      ...hostile,
      [{ name: 'upper/../d', type: 'directory' }],
      [{ name: 'upper/a/..//', type: 'directory' }],
      [{ name: 'upper/../s', type: 'symlink', linkname: '/' }],
      [{ name: 'upper', type: 'symlink', linkname: '/' }],
      link('empty', ''),
    );
    assert.equal(left, names.length + 5);
    const wanted = { a: 'folder', f: 'file ', l: `link ${outside}`, linked: `link ${outside}` };
    assert.deepEqual(await state(), wanted);
    assert.deepEqual(await readdir(outside), []);
    assert.deepEqual(await readdir(own), ['outside', 'upper']);
  });

  it('follows no link that stands in it from earlier on', async () => {
    const outside = join(own, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'x'), 'outside');
    await mirror(link('d', outside), link('f', join(outside, 'x')));
    await mirror(folder('d'), file('d/x', 'inside'), file('f', 'inside!'));
    assert.deepEqual(await state(), { d: 'folder', 'd/x': 'file inside', f: 'file inside!' });
    await mirror(link('d', outside), link('f', join(outside, 'x')));
    await mirror();
    assert.equal(await readFile(join(outside, 'x'), 'utf8'), 'outside');
  });

  it('loses nothing where the archive is not whole, wherever that ends', async () => {
    const entries = [top, folder('a'), file('a/f', Buffer.alloc(1024)), file('한글', 'x'), file('z', 'kept')];
    await mirrorBytes(await packed(...entries, file('only earlier', 'kept')));
    const whole = await packed(...entries, file('zz'));
    for (let length = 0; length < whole.length; length += 256) {
      await assert.rejects(mirrorBytes(whole.subarray(0, length)), `${length}`);
      assert.equal((await state())['only earlier'], 'file kept');
      assert.equal((await state())['z'], 'file kept');
    }
    assert.deepEqual(await readdir(own), ['upper']);
    const failing = Readable.from(
      (async function* () {
        yield await Promise.resolve(whole.subarray(0, 2000));
        throw new Error('The connection broke.');
      })(),
    );
    await assert.rejects(
      mirrorLayer(failing, upper(), join(own, 'scratch')),
      /The connection broke/,
      'it says why',
    );
    await assert.rejects(mirrorBytes(await packed()), 'of nothing at all');
    await assert.rejects(mirrorBytes(await packed([{ name: 'lower/', type: 'directory' }])));
    await assert.rejects(mirrorBytes(Buffer.concat([whole.subarray(0, 512), Buffer.alloc(4096, 'x')])));
    assert.equal((await state())['only earlier'], 'file kept');
    await mirrorBytes(whole);
    assert.equal((await state())['only earlier'], undefined);
  });

  it('has its limits', async () => {
    const limits: LayerLimits = { fileBytes: 1000, totalBytes: 2500, entries: 8 };
    const refused = async (sentence: RegExp, ...entries: readonly Packed[]) => {
      await assert.rejects(
        mirrorBytes(await packed(top, ...entries), limits),
        failsWith('invalidRequest', sentence),
      );
    };
    const some = Buffer.alloc(1000);
    await mirrorBytes(await packed(top, file('a', some), file('b', some), file('kept')), limits);
    await refused(/"d\/\\"large" that is too large/, folder('d'), file('d/"large', Buffer.alloc(1001)));
    await refused(/more than can be reviewed/, file('a', some), file('b', some), file('c', some));
    await refused(/more than can be reviewed/, ...'abcdefgh'.split('').map((name) => file(name)));
    await refused(
      /more than can be reviewed/,
      file('a', some),
      hardLink('b', 'upper/a'),
      hardLink('c', 'upper/a'),
    );
    assert.equal((await state())['kept'], 'file ');
    assert.deepEqual(await readdir(own), ['upper']);
  });

  it('never has bits that let a program run as somebody else', async () => {
    const entries = [file('run', 'x', { mode: 0o4755 }), folder('d', 0o3777)];
    await mirror(...entries);
    assert.equal((await stats('run')).mode & 0o7777n, 0o755n);
    assert.equal((await stats('d')).mode & 0o7777n, 0o777n);
    const before = await touched();
    await mirror(...entries);
    assert.deepEqual(await touched(), before);
    await mirror(file('run', 'x', { mode: 0o700 }), folder('d', 0o500));
    assert.equal((await stats('run')).mode & 0o7777n, 0o700n);
    assert.equal((await stats('d')).mode & 0o7777n, 0o500n);
  });

  it('has the mode of the layer itself, as far as this machine can work with it', async () => {
    for (const [mode, wanted] of [
      [0o755, 0o755n],
      [0o4777, 0o777n],
      [0o005, 0o705n],
    ] as const) {
      await mirrorBytes(await packed([{ name: 'upper', type: 'directory', mode }], file('f')));
      assert.equal((await stats('')).mode & 0o7777n, wanted);
    }
  });

  it('has folders that nobody may look into, whatever changes in them', async () => {
    const closed = async (content: string, ...more: readonly Packed[]) => {
      await mirror(folder('d', 0), folder('d/e', 0), file('d/e/x', content), ...more);
      assert.equal((await stats('d')).mode & 0o7777n, 0n);
      await chmod(at('d'), 0o700);
      assert.equal((await stats('d/e')).mode & 0o7777n, 0n);
      await chmod(at('d/e'), 0o700);
      const found = await touch('d/e/x');
      assert.equal(await readFile(at('d/e/x'), 'utf8'), content);
      for (const path of ['d/e', 'd']) await chmod(at(path), 0);
      return found;
    };
    const before = await closed('1');
    assert.deepEqual(await closed('1'), before);
    assert.notEqual((await closed('2')).ino, before.ino);
    await closed('2', folder('r', 0o500), file('r/x'));
    await closed('2', folder('r', 0o500), file('r/y'));
    assert.deepEqual(await readdir(at('r')), ['y']);
    const cut = await packed(top, folder('d', 0), folder('d/e', 0), file('d/e/x', '3'));
    await assert.rejects(mirrorBytes(cut.subarray(0, -1024)));
    assert.equal((await stats('d')).mode & 0o7777n, 0n, 'closed again where it failed');
    await mirror(file('d'));
    assert.deepEqual(await state(), { d: 'file ' });
  });

  it('has files that nobody may read', async () => {
    const closed = (mode: number, content: string) => file('f', content, { mode: mode | said });
    await mirror(closed(0, 'first'));
    const before = await touch('f');
    assert.equal(before.mode & 0o7777n, 0n);
    await mirror(closed(0, 'first'));
    assert.deepEqual(await touch('f'), before);
    await mirror(closed(0, 'other'));
    await mirror(closed(0o600, 'other'));
    assert.deepEqual(await state(), { f: 'file other' });
  });

  it('has what is new of a file that nobody may read where it is asked for that', async () => {
    const { getuid } = process;
    const closed = async (content: string, closedAnew: boolean) => {
      const archive = streamed(await packed(top, file('f', content, { mode: 0o200 | said })));
      process.getuid = () => (getuid!() === 0 ? 1000 : getuid!());
      try {
        await mirrorLayer(archive, upper(), join(own, 'scratch'), undefined, { closedAnew });
      } finally {
        process.getuid = getuid!;
      }
      await chmod(at('f'), 0o600);
      const found = await readFile(at('f'), 'utf8');
      await chmod(at('f'), 0o200);
      return found;
    };
    assert.equal(await closed('first', false), 'first');
    assert.equal(await closed('other', false), 'first', 'nothing tells that it is another one');
    assert.equal(await closed('other', true), 'other');
  });

  it('keeps owners where it can, and tells them apart', async function () {
    if (!isRoot) this.skip();
    const about = { uid: 1234, gid: 5678 };
    const large = { pax: { uid: '3000000000', gid: '3000000001' } };
    const entries = (uid: number): readonly Packed[] => [
      [{ ...folder('d')[0], ...about, uid }],
      file('d/f', 'x', { ...about, uid }),
      [{ ...link('d/l', 'x')[0], ...about, uid }],
      file('far', 'x', large),
      file('nobody', 'x', { pax: { uid: '-1', gid: '1e99' } }),
    ];
    await mirror(...entries(1234));
    for (const path of ['d', 'd/f', 'd/l']) assert.equal((await stats(path)).uid, 1234n);
    const far = await stats('far');
    assert.deepEqual([far.uid, far.gid], [3_000_000_000n, 3_000_000_001n]);
    assert.equal((await stats('nobody')).uid, 65_534n);
    const before = await touched();
    await mirror(...entries(1234));
    assert.deepEqual(await touched(), before);
    await mirror(...entries(1235));
    for (const path of ['d', 'd/f', 'd/l']) assert.equal((await stats(path)).uid, 1235n);
  });

  it('bounds times', async () => {
    for (const [time, wanted] of [
      ['-5', 0n],
      ['1e30', 0xffff_ffffn],
      ['soon', 0n],
      ['12.5', 12n],
    ] as const) {
      await mirror(file('f', time, { pax: { mtime: time } }));
      assert.equal((await stats('f')).mtimeNs / 1_000_000_000n, wanted);
    }
  });

  it('reads on only as it writes', async () => {
    const bytes = await packed(top, file('large', Buffer.alloc(8 * 2 ** 20, 1)), file('last'));
    let [given, ahead] = [0, 0];
    const archive = new Readable({
      highWaterMark: 1,
      read() {
        const written = statSync(join(own, 'scratch/draft'), { throwIfNoEntry: false })?.size ?? 0;
        if (given < 8 * 2 ** 20) ahead = Math.max(ahead, given - written);
        const chunk = bytes.subarray(given, given + 65_536);
        given += chunk.length;
        this.push(chunk.length > 0 ? chunk : null);
      },
    });
    await mirrorLayer(archive, upper(), join(own, 'scratch'));
    assert.deepEqual(await readdir(upper()), ['large', 'last']);
    assert.ok(ahead > 0 && ahead < 2 ** 20, `${ahead} bytes ahead`);
    assert.ok(archive.destroyed);
  });

  it('stops where it is told to', async () => {
    await mirror(file('kept'));
    const reason = new Error('enough');
    const bytes = await packed(top, file('large', Buffer.alloc(2 ** 20, 1)));
    const abort = new AbortController();
    const endless = Readable.from(
      (async function* () {
        yield bytes.subarray(0, 100_000);
        setTimeout(() => {
          abort.abort(reason);
        }, 20);
        await new Promise(() => undefined);
      })(),
    );
    const isReason = (error: unknown) => error === reason;
    await assert.rejects(mirrorLayer(endless, upper(), join(own, 'scratch'), abort.signal), isReason);
    await assert.rejects(mirrorLayer(streamed(bytes), upper(), join(own, 'scratch'), abort.signal), isReason);
    assert.deepEqual(await state(), { kept: 'file ' });
    assert.deepEqual(await readdir(own), ['upper']);
  });
});
