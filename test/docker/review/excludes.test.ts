import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { folderState } from '../../support/folderState.ts';
import { reviewOnEngine, type ReviewOnEngine } from '../../support/reviewOnEngine.ts';

describe('what a review leaves out', function () {
  this.timeout(120_000);
  let review: ReviewOnEngine;

  const start = async (files: Readonly<Record<string, string>>, excluded: readonly string[] = []) => {
    review = await reviewOnEngine(files, { excluded });
  };
  afterEach(() => review.dispose());

  const listed = async () => {
    const { changes, excluded } = await review.reviews.list(review.id);
    return { changes: changes.map(({ path, kind }) => `${path} ${kind}`), excluded };
  };

  it('is what gitignore patterns say, wherever it lies, and never reaches the folder', async () => {
    await start({ 'a.txt': 'a\n', 'node_modules/m/x.js': 'x\n', 'old.log': 'log\n', 'd/keep.log': 'k\n' }, [
      'node_modules/',
      '*.log',
      '!keep.log',
      '/top',
    ]);
    const before = await folderState(review.folder);
    await review.sh(`
      echo x2 > node_modules/m/x.js; mkdir -p p/node_modules/n p/top; echo y > p/node_modules/n/y.js; echo t > p/top/t
      rm old.log; echo k2 > d/keep.log; echo n > d/new.log; mkdir top; echo t > top/t; touch NODE_MODULES`);
    assert.deepEqual(await listed(), {
      changes: ['NODE_MODULES added', 'd/keep.log modified', 'p added', 'p/top added', 'p/top/t added'],
      excluded: { count: 5, paths: ['d/new.log', 'node_modules', 'old.log', 'p/node_modules', 'top'] },
    });
    assert.deepEqual((await review.reviews.accept(review.id, ['node_modules/m/x.js'])).accepted, []);
    assert.deepEqual((await review.reviews.accept(review.id, undefined)).refused, []);
    assert.deepEqual(await folderState(review.folder), {
      ...before,
      NODE_MODULES: 'file 644 ',
      'd/keep.log': 'file 644 k2\n',
      p: 'folder 755',
      'p/top': 'folder 755',
      'p/top/t': 'file 644 t\n',
    });
    assert.equal(await review.sh('cat node_modules/m/x.js p/node_modules/n/y.js'), 'x2\ny\n');
    await review.reviews.discard(review.id, undefined);
    assert.deepEqual(await listed(), { changes: [], excluded: { count: 0, paths: [] } });
  });

  it('goes with a folder that was removed, and stays in one that was made anew', async () => {
    const files = { 'gone/node_modules/x': 'x\n', 'anew/node_modules/x': 'x\n', 'anew/a': 'a\n' };
    await start(files, ['node_modules/']);
    await review.sh('rm -rf gone anew; mkdir anew; echo b > anew/b');
    assert.deepEqual(await listed(), {
      changes: [
        'anew/a deleted',
        'anew/b added',
        'gone deleted',
        'gone/node_modules deleted',
        'gone/node_modules/x deleted',
      ],
      excluded: { count: 1, paths: ['anew/node_modules'] },
    });
    assert.deepEqual((await review.reviews.accept(review.id, undefined)).refused, []);
    assert.deepEqual(Object.keys(await folderState(review.folder)).sort(), [
      'anew',
      'anew/b',
      'anew/node_modules',
      'anew/node_modules/x',
    ]);
  });

  it('is everything hidden: it cannot be read, moved, linked to or copied inside, nor be in what the view keeps', async () => {
    await start({
      '.env': 'SECRET',
      'd/server.key': 'SECRET',
      'd/e/.env.local/x': 'SECRET',
      'd/a.txt': 'a\n',
    });
    const kept = review.views.folderOf(review.id);
    await review.sh(`
      cp -a . /tmp/copy; tar cf /tmp/all.tar . || true; mv d moved; mv .env shown; ln .env linked; ln d/server.key linked2
      cp .env copied; cp d/server.key copied2; umount .env; mount -o bind . /tmp; echo over > .env; rm -rf d/e/.env.local
      cat .env d/server.key d/e/.env.local/* > read; true`);
    await review.sh('umount .env d/server.key; rm -f .env; cat .env d/server.key > read0; true', '0:0');
    const found = await review.sh('grep -ral SECRET /workspace /tmp; true', '0:0');
    assert.equal(found, '');
    const secrets = await textsBelow(kept);
    assert.deepEqual(
      secrets.filter((text) => text.includes('SECRET')),
      [],
    );
    assert.ok(secrets.length > 0, 'the view keeps what was copied');
    const { changes } = await review.reviews.list(review.id);
    await review.reviews.accept(
      review.id,
      changes.map(({ path }) => path),
    );
    assert.equal(await fs.readFile(join(review.folder, '.env'), 'utf8'), 'SECRET');
    assert.equal(await fs.readFile(join(review.folder, 'd/server.key'), 'utf8'), 'SECRET');
    assert.equal(await fs.readFile(join(review.folder, 'd/e/.env.local/x'), 'utf8'), 'SECRET');
  });
});

/** What every file below a folder holds that this process may read; the link to the folder itself is not followed. */
async function textsBelow(folder: string): Promise<readonly string[]> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true });
  return await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => fs.readFile(join(entry.parentPath, entry.name), 'latin1')),
  );
}
