import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { reviewOnEngine, type ReviewOnEngine } from '../../support/reviewOnEngine.ts';

describe('two workspaces in review mode of one folder', function () {
  this.timeout(120_000);
  let review: ReviewOnEngine;

  beforeEach(async () => {
    review = await reviewOnEngine({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'd/e.txt': 'e\n', 'd/f/g.txt': 'g\n' });
  });
  afterEach(() => review.dispose());

  const add = (start: boolean) =>
    review.core.service.create({
      ...{ name: 'other', folder: review.folder, image: 'cordon-test/tiny:local' },
      ...{ mount: 'review', network: 'none', start },
    });
  const compared = async (id: string) =>
    (await review.reviews.compare(review.id, id)).map(({ path, one, other }) => `${path} ${one} ${other}`);

  it('are compared by what each of them sees', async () => {
    const { id } = await add(true);
    const inOther = (line: string) => review.core.service.exec(id, ['sh', '-c', line]);
    assert.deepEqual(await compared(id), []);
    await review.sh('echo same > same; echo one > a.txt; rm -rf d; echo file > d; ln -s x link; rm b.txt');
    await inOther(
      'echo same > same; echo other > a.txt; echo e2 > d/e.txt; ln -s y link; echo b > b.txt; mkdir n',
    );
    assert.deepEqual(await compared(id), [
      'a.txt workspace workspace',
      'b.txt workspace folder',
      'd workspace folder',
      'd/e.txt workspace workspace',
      'd/f/g.txt workspace folder',
      'link workspace workspace',
    ]);
    await review.reviews.accept(review.id, ['a.txt']);
    await fs.writeFile(join(review.folder, 'later.txt'), 'later\n');
    assert.deepEqual(
      (await compared(id)).filter((line) => /^(?:a|later)\.txt/.test(line)),
      ['a.txt folder workspace'],
    );
  });

  it('are compared before one of them was ever started', async () => {
    const { id } = await add(false);
    assert.deepEqual(await compared(id), []);
    await review.sh('echo new > new.txt');
    assert.deepEqual(await compared(id), ['new.txt workspace folder']);
    const [found] = await review.reviews.compare(id, review.id);
    assert.deepEqual(found, { path: 'new.txt', one: 'folder', other: 'workspace' });
  });
});
