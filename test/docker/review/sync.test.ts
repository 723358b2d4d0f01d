import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { reviewOnEngine, type ReviewOnEngine } from '../../support/reviewOnEngine.ts';

describe('what a workspace in review mode sees of later changes in the folder', function () {
  this.timeout(120_000);
  let review: ReviewOnEngine;

  beforeEach(async () => {
    review = await reviewOnEngine({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n', 'd/e.txt': 'e\n' });
  });
  afterEach(() => review.dispose());

  const put = (path: string, text: string) => fs.writeFile(join(review.folder, path), text);
  const state = async () => {
    const { changes, pending } = await review.reviews.list(review.id);
    return { pending, conflicts: changes.filter(({ conflict }) => conflict).map(({ path }) => path) };
  };

  it('is everything in files that it has not touched', async () => {
    await review.sh('echo inside > a.txt; mkdir n; echo new > n/new');
    await put('c.txt', 'host\n');
    await put('later.txt', 'host\n');
    assert.deepEqual(await state(), { pending: review.isCopy ? 2 : 0, conflicts: [] });
    // A copy has it from the next start on.
    if (review.isCopy) await review.core.service.restart(review.id);
    assert.deepEqual(await state(), { pending: 0, conflicts: [] });
    assert.equal(await review.sh('cat c.txt later.txt'), 'host\nhost\n');
  });

  it('is counted as pending where it was accepted before, until the workspace sees the folder again', async () => {
    await review.sh('echo inside > a.txt; rm b.txt; rm -rf d; mkdir d; echo new > d/new');
    await review.reviews.accept(review.id, undefined);
    assert.deepEqual(await state(), { pending: 0, conflicts: [] });
    await put('a.txt', 'host\n');
    await put('b.txt', 'host\n');
    await fs.rm(join(review.folder, 'd/new'));
    assert.deepEqual(await state(), { pending: 3, conflicts: [] });
    await review.core.service.restart(review.id);
    assert.deepEqual(await state(), { pending: 3, conflicts: [] });
    await review.sh('echo again > a.txt');
    assert.deepEqual(await state(), { pending: 2, conflicts: ['a.txt'] });
    await review.reviews.discard(review.id, undefined);
    assert.deepEqual(await state(), { pending: 0, conflicts: [] });
    assert.equal(await review.sh('cat a.txt b.txt; ls d'), 'host\nhost\n');
  });
});
