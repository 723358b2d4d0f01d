import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { archiveBelow } from '../../../src/docker/archiveBelow.ts';
import { paxBody, paxRecords } from '../../../src/docker/paxRecords.ts';
import { archiveOf, readEntries, type TarEntry } from '../../support/tarEntries.ts';

const owner = { mode: 0o640, uid: 1234, gid: 2345 };
const file = (name: string, content = Buffer.alloc(0)): TarEntry => ({
  ...{ name, type: 'file', ...owner },
  content,
});
/** Above 100 bytes in all, which is all that a header has for a name. */
const longPath = `${'folder/'.repeat(20)}end`;
const entries: readonly TarEntry[] = [
  { name: 'layer/', type: 'directory', ...owner },
  file('layer/empty'),
  file('layer/odd', randomBytes(513)),
  file('layer/even', randomBytes(1024)),
  file('layer/large', randomBytes(300_000)),
  { name: 'layer/link', type: 'symlink', linkname: '../../elsewhere', ...owner },
  { name: 'layer/hard', type: 'link', linkname: 'layer/odd', ...owner },
  { name: 'layer/gone', type: 'character-device', devmajor: 0, devminor: 0, ...owner },
  file('n'.repeat(100)),
  file(longPath, Buffer.from('long')),
  file(`${'p'.repeat(150)}/${'q'.repeat(90)}`, Buffer.from('no more room')),
  file(`${'x/'.repeat(300)}end`, Buffer.from('longer')),
  file('layer/ä'),
  file(`layer/${'ä'.repeat(120)}`),
  { name: `layer/${'l'.repeat(150)}`, type: 'symlink', linkname: 'm'.repeat(150), ...owner },
  { name: `layer/${'h'.repeat(150)}`, type: 'link', linkname: longPath, ...owner },
  {
    ...file('layer/owned', Buffer.from('x')),
    uid: 5_000_000,
    gid: 6_000_000,
    pax: { uid: '5000000' },
  },
];

/** The same bytes in pieces of this size. */
function* piecesOf(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('an archive that is moved into a folder', () => {
  let whole: Buffer;
  before(async () => {
    whole = await buffer(archiveOf(entries));
  });
  const movedIn = (size: number, bytes = whole) => archiveBelow('top', Readable.from(piecesOf(bytes, size)));

  it('says the same of all that is in it, in whatever pieces it comes', async () => {
    const before = await readEntries(Readable.from([whole]));
    const wanted = Object.fromEntries(
      Object.entries(before).map(([name, said]) => [
        `top/${name}`,
        said.replace(/^(link .* )(layer|folder)\//, '$1top/$2/'),
      ]),
    );
    assert.equal(Object.keys(wanted).length, entries.length);
    const unchanged = Buffer.from(whole);
    for (const size of [7, 512, 1000, 65_536, whole.length])
      assert.deepEqual(await readEntries(movedIn(size)), wanted, `in pieces of ${size}`);
    assert.deepEqual(whole, unchanged);
  });

  it('keeps the records about each of the entries', async () => {
    const moved = await buffer(movedIn(whole.length));
    assert.ok(moved.includes('24 path=top/layer/owned\n15 uid=5000000\n'));
  });

  it('ends where it ended, also too early', async () => {
    const short = whole.subarray(0, 5000);
    await assert.rejects(readEntries(movedIn(512, short)), /unexpected end/i);
    assert.equal((await buffer(movedIn(512, Buffer.alloc(1024)))).equals(Buffer.alloc(1024)), true);
    assert.equal((await buffer(movedIn(512, Buffer.alloc(0)))).length, 0);
  });

  it('fails as it fails, and ends it when it is ended', async () => {
    const failure = new Error('the disk broke');
    const failing = Readable.from(
      (function* () {
        yield whole.subarray(0, 2000);
        throw failure;
      })(),
    );
    await assert.rejects(buffer(archiveBelow('top', failing)), failure);
    const stalled = new Readable({ read: () => undefined });
    const moved = archiveBelow('top', stalled).on('error', () => undefined);
    await new Promise(setImmediate);
    moved.destroy();
    await new Promise((resolve) => stalled.once('close', resolve));
    const gnu = Buffer.alloc(1024);
    gnu.write('././@LongLink');
    gnu.write('L', 156);
    await assert.rejects(buffer(movedIn(512, gnu)), /GNU/);
  });
});

describe('records before an entry', () => {
  it('say how long they are, whatever that does to it', () => {
    for (let length = 0; length < 1100; length++) {
      const records = new Map([
        ['path', Buffer.alloc(length, 'x')],
        ['b', Buffer.from([0, 10, 255, 32, 61])],
      ]);
      assert.deepEqual(paxRecords(paxBody(records)), records);
    }
    assert.equal(paxBody(new Map([['path', Buffer.alloc(91, 'x')]])).length, 101);
  });

  it('end with what is none', () => {
    for (const rest of ['x', '0 a=b\n', '-5 a=b\n', '99', '5 ab\n', '\0\0'])
      assert.deepEqual([...paxRecords(Buffer.from(`6 k=v\n${rest}`)).keys()], ['k'], rest);
  });
});
