import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CordonError } from '../../../src/shared/errors.ts';
import { failsWith } from '../../support/engine.ts';
import { folderState } from '../../support/folderState.ts';
import { fullDisk, type FullDisk } from '../../support/fullDisk.ts';
import { reviewOnDisk, type ReviewOnDisk } from '../../support/reviewOnDisk.ts';

/** More than is written at once. */
const large = 300_000;
const changeCount = 20;
const positions = 12;

describe('an accept that a disk has no room for', function () {
  this.timeout(60_000);
  let parent: string;
  let disk: FullDisk | undefined;

  beforeEach(async () => {
    parent = await fs.mkdtemp(join(tmpdir(), 'cordon-test-'));
  });
  afterEach(async () => {
    disk?.restore();
    await fs.rm(parent, { recursive: true });
  });

  const changedFolder = async (name: string): Promise<ReviewOnDisk> => {
    const review = reviewOnDisk(join(parent, name));
    const { inFolder, inUpper } = review;
    await fs.mkdir(inFolder('d'), { recursive: true });
    const files = ['a.txt', ...Array.from({ length: changeCount - 3 }, (_, index) => `e${index}.txt`)];
    for (const file of files) await fs.writeFile(inFolder(file), `${file} before`);
    await fs.writeFile(inFolder('large'), 'b'.repeat(large));
    await review.prepare();
    for (const file of files) await fs.writeFile(inUpper(file), `${file} after`);
    await fs.writeFile(inUpper('large'), 'a'.repeat(large));
    await fs.mkdir(inUpper('d2'));
    return review;
  };

  /** Accepts with no room at one position after the other in what is written below a folder. */
  const runOutEverywhere = async (place: 'path' | 'own', isOnce: boolean) => {
    const whole = await changedFolder('whole');
    disk = await fullDisk(whole[place], Infinity);
    assert.equal((await whole.acceptAll()).accepted.length, changeCount);
    const total = disk.written;
    disk.restore();
    const after = await folderState(whole.path);
    for (let position = 0; position < positions; position += 1) {
      const review = await changedFolder(String(position));
      const before = await folderState(review.path);
      const bytes = Math.floor(((total - 1) * position) / (positions - 1));
      disk = await fullDisk(review[place], bytes, isOnce ? () => Promise.resolve() : undefined);
      await assert.rejects(
        review.acceptAll(),
        failsWith('storageFailed', /Free space/),
        `${bytes} of ${total}`,
      );
      assert.deepEqual(await folderState(review.path), before, `${bytes} of ${total}`);
      disk.restore();
      const { accepted, refused } = await review.acceptAll();
      assert.deepEqual([accepted.length, refused], [changeCount, []], `${bytes} of ${total}`);
      assert.deepEqual(await folderState(review.path), after);
    }
  };

  it('leaves the folder as it was where it is that of the folder, and says what to do', async () => {
    await runOutEverywhere('path', true);
  });

  it('leaves the folder as it was where it is that of what is kept, and says what to do', async () => {
    await runOutEverywhere('own', false);
  });

  it('leaves the folder as it was, and the view open, where it has room again at once', async () => {
    await runOutEverywhere('own', true);
  });

  it('says what could not be put back, and where that is kept', async () => {
    const review = await changedFolder('kept');
    disk = await fullDisk(review.path, 'a.txt after'.length + 5, () =>
      fs.writeFile(review.inFolder('a.txt'), 'of the person'),
    );
    const error = await review.acceptAll().then(
      () => assert.fail('it was accepted'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof CordonError && error.code === 'storageFailed');
    const [, named, place] =
      /Free space .*meanwhile: (.*?)\. What was there before is kept in "(.*)"\.$/.exec(error.message)!;
    assert.equal(named, '"a.txt"');
    assert.equal(await fs.readFile(join(place!, 'a.txt'), 'utf8'), 'a.txt before');
    assert.equal(await fs.readFile(review.inFolder('a.txt'), 'utf8'), 'of the person');
    const { accepted, refused } = await review.acceptAll();
    assert.equal(accepted.length, changeCount - 1);
    assert.deepEqual(refused, [{ path: 'a.txt', reason: 'conflict' }]);
  });
});
