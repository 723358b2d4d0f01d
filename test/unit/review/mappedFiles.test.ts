import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { mappedFile } from '../../support/mappedFile.ts';
import { reviewOnDisk, type ReviewOnDisk } from '../../support/reviewOnDisk.ts';

/** As `statfs` names a disk in memory, to which nothing is ever written back. */
const tmpfs = 0x0102_1994;
/** The clock that stamps files is not finer. */
const clockTickMs = 20;

describe('a file that a process has in its memory', function () {
  let review: ReviewOnDisk;
  let mapped: ReturnType<typeof mappedFile>;

  before(async function () {
    const isDisk = process.platform === 'linux' && (await fs.statfs(tmpdir())).type !== tmpfs;
    if (!isDisk) this.skip();
  });
  beforeEach(async () => {
    review = reviewOnDisk(await fs.mkdtemp(join(tmpdir(), 'cordon-test-')));
    await fs.mkdir(review.path);
    await fs.writeFile(review.inFolder('a.txt'), 'before');
    await review.prepare();
    await fs.writeFile(review.inUpper('a.txt'), '-after');
    mapped = mappedFile(review.inUpper('a.txt'));
    await store('1');
  });
  afterEach(async () => {
    await mapped.end();
    await fs.rm(review.parent, { recursive: true });
  });

  const store = async (character: string) => {
    await mapped.store(character);
    await delay(clockTickMs);
  };
  const inFolder = () => fs.readFile(review.inFolder('a.txt'), 'utf8');
  const changed = { accepted: [], refused: [{ path: 'a.txt', reason: 'changed' }] };

  it('is accepted only as it was shown, whatever is stored there unseen', async () => {
    const seen = await review.changes();
    assert.equal(await review.shown('a.txt'), '1after');
    await store('2');
    assert.deepEqual(await review.acceptSeen(seen), changed);
    assert.equal(await inFolder(), 'before');
  });

  it('is what is shown where something was stored there unseen before that', async () => {
    const seen = await review.changes();
    await store('2');
    assert.equal(await review.shown('a.txt'), '2after');
    assert.deepEqual((await review.acceptSeen(seen)).accepted, ['a.txt']);
    assert.equal(await inFolder(), '2after');
  });

  it('is changed again by whatever is stored there after it was accepted', async () => {
    assert.deepEqual((await review.acceptAll()).accepted, ['a.txt']);
    assert.deepEqual(await review.changes(), []);
    await store('2');
    assert.deepEqual(
      (await review.changes()).map(({ path }) => path),
      ['a.txt'],
    );
  });

  it('is not taken for what the folder has since it was that for a moment', async () => {
    await fs.writeFile(review.inUpper('a.txt'), 'before');
    await store('b');
    assert.deepEqual(await review.changes(), []);
    await store('2');
    assert.deepEqual((await review.accept(['a.txt'])).accepted, ['a.txt']);
    assert.equal(await inFolder(), '2efore');
  });

  it('is no text any more that calls for no second look', async () => {
    const seen = await review.changes();
    assert.deepEqual(seen[0]?.dangers, []);
    await store('\0');
    assert.deepEqual(await review.acceptSeen(seen), changed);
    assert.deepEqual((await review.changes())[0]?.dangers, ['binary']);
  });
});
