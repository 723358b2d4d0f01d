import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { failsWith } from '../support/engine.ts';
import { reviewOnEngine } from '../support/reviewOnEngine.ts';

describe('more changes than anybody could look through', function () {
  this.timeout(1_200_000);

  it('are refused with a sentence, and gone when all are discarded', async () => {
    const review = await reviewOnEngine({ 'a.txt': 'a\n' });
    try {
      await review.sh(`mkdir many; cd many; seq 1 1000000 | xargs touch`);
      const tooMany = failsWith('invalidRequest', /more than (200,000 files|can be reviewed)/);
      await assert.rejects(review.reviews.changes(review.id), tooMany);
      await assert.rejects(review.reviews.accept(review.id, undefined), tooMany);
      assert.deepEqual(await fs.readdir(review.folder), ['a.txt']);
      await review.reviews.discard(review.id, undefined);
      assert.deepEqual(await review.reviews.changes(review.id), []);
      assert.equal(await review.sh('ls'), 'a.txt\n');
    } finally {
      await review.dispose();
    }
  });
});
