import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failsWith } from '../../support/engine.ts';
import { reviewOnDisk } from '../../support/reviewOnDisk.ts';

describe('a review whose layer a killed process took away', () => {
  let parent: string;

  beforeEach(async () => {
    parent = await fs.mkdtemp(join(tmpdir(), 'cordon-test-'));
  });
  afterEach(() => fs.rm(parent, { recursive: true }));

  it('is told of as one that nobody can list, and not as one without changes, until the next start', async () => {
    const review = reviewOnDisk(parent);
    await fs.mkdir(review.inFolder(''), { recursive: true });
    await review.prepare();
    await fs.writeFile(review.inUpper('new'), 'of the workspace');
    await fs.rename(review.inUpper(''), join(review.own, 'upper.old'));
    await assert.rejects(review.changes(), failsWith('conflict', /puts that back/));
    await assert.rejects(review.accept(['new']), failsWith('conflict', /puts that back/));
    await review.prepare();
    assert.deepEqual(
      (await review.changes()).map(({ path }) => path),
      ['new'],
    );
  });
});
