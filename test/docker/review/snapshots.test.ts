import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { failsWith } from '../../support/engine.ts';
import { fileOperations } from '../../support/randomFiles.ts';
import { reviewOnEngine, type ReviewOnEngine } from '../../support/reviewOnEngine.ts';
import { seed } from '../../support/seed.ts';
import { size } from '../../support/soak.ts';

const run = promisify(execFile);

describe('a snapshot of a workspace in review mode', function () {
  this.timeout(300_000);
  let review: ReviewOnEngine;

  const start = async (files: Readonly<Record<string, string>>, excluded: readonly string[] = []) => {
    review = await reviewOnEngine(files, { excluded });
  };
  afterEach(() => review.dispose());

  const everything =
    "find . -exec stat -c '%n %F %a %u' {} + | sort; find . -type f -exec md5sum {} + | sort; find . -type l -exec readlink {} +";
  const seen = () => review.sh(everything);
  const seenBy = async (id: string) => (await review.core.service.exec(id, ['sh', '-c', everything])).stdout;
  const take = async (name: string) => {
    const taken = await review.snapshots.take(review.id, name);
    assert.ok(taken);
    return taken;
  };

  it('holds what the workspace saw: files, modes, links, what was removed and made anew, what is excluded', async () => {
    await start(
      { 'a.txt': 'a\n', 'b.txt': 'b\n', 'd/e.txt': 'e\n', 'd/f/g.txt': 'g\n', 'gone/x': 'x\n', to: '1\n' },
      ['node_modules/'],
    );
    await review.sh(`echo a2 > a.txt; rm b.txt; rm -rf d gone; mkdir d; echo new > d/new; chmod 750 d; mkdir -p n/empty
      ln -s ../x n/link; rm to; mkdir to; echo y > to/y; mkdir -p node_modules/m; echo m > node_modules/m/x
      echo odd > "$(printf 'n/odd\\012\\377')"; chmod 640 a.txt; mkfifo n/fifo`);
    const { snapshot, leftOut } = await take('first');
    assert.deepEqual(leftOut, ['n/fifo']);
    await review.sh('rm n/fifo');
    const first = await seen();
    await review.sh('rm -rf d n to node_modules a.txt; echo b3 > b.txt; mkdir gone; echo z > gone/z');
    assert.notEqual(await seen(), first);
    await take('second');
    const names = (await review.snapshots.list(review.id)).map(({ name }) => name);
    assert.deepEqual(names, ['second', 'first']);
    await review.snapshots.goBack(review.id, snapshot.id);
    assert.equal(await seen(), first);
    await review.snapshots.goBack(review.id, snapshot.id);
    assert.equal(await seen(), first, 'and it is still there');
    assert.equal(await fs.readFile(join(review.folder, 'a.txt'), 'utf8'), 'a\n');
    await review.snapshots.remove(review.id, snapshot.id);
    await assert.rejects(review.snapshots.goBack(review.id, snapshot.id), failsWith('invalidRequest'));
    await assert.rejects(review.snapshots.goBack(review.id, '../../x'), failsWith('invalidRequest'));
    assert.equal(await seen(), first);
  });

  it('is gone back to without a claim to what the person has changed since', async () => {
    await start({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n' });
    await fs.writeFile(join(review.folder, 'c.txt'), 'before\n');
    await review.sh('echo a2 > a.txt; echo b2 > b.txt; echo c2 > c.txt');
    const { snapshot } = await take('point');
    await fs.writeFile(join(review.folder, 'a.txt'), 'host\n');
    await review.reviews.discard(review.id, undefined);
    await review.snapshots.goBack(review.id, snapshot.id);
    const { accepted, refused } = await review.reviews.accept(review.id, undefined);
    assert.deepEqual(
      [accepted, refused],
      [['b.txt'], ['a.txt', 'c.txt'].map((path) => ({ path, reason: 'conflict' }))],
    );
    assert.equal(await fs.readFile(join(review.folder, 'a.txt'), 'utf8'), 'host\n');
  });

  it('begins a second workspace, in which the same is in conflict', async () => {
    await start({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n' });
    await review.sh('echo a2 > a.txt; echo b2 > b.txt; echo n > n.txt; rm c.txt');
    await review.reviews.accept(review.id, ['b.txt']);
    const { snapshot } = await take('point');
    await fs.writeFile(join(review.folder, 'a.txt'), 'host\n');
    const made = { name: 'second', folder: review.folder, image: 'cordon-test/tiny:local' };
    const { id } = await review.core.service.create({
      ...made,
      mount: 'review',
      network: 'none',
      start: false,
    });
    await review.snapshots.seed(id, { id: review.id, snapshotId: snapshot.id });
    await review.core.service.start(id);
    assert.equal(await seenBy(id), await seen());
    const changes = await review.reviews.changes(id);
    assert.deepEqual(
      changes.map(({ path, kind, conflict }) => `${path} ${kind} ${conflict}`),
      ['a.txt modified true', 'c.txt deleted false', 'n.txt added false'],
    );
    await assert.rejects(
      review.snapshots.seed(id, { id: review.id, snapshotId: snapshot.id }),
      failsWith('conflict'),
    );
    await review.core.service.remove(review.id);
    assert.deepEqual(await review.views.list(), [id]);
  });

  it('is what the workspace saw, whatever it did before and does after', async () => {
    await start({ 'a/a': '1\n', 'a/b/c': '2\n', 'b/a': '3\n', 'b/b/b': '4\n', c: '5\n' });
    const scripts = fc.sample(fileOperations, { seed, numRuns: size(12, 100) });
    for (const [round, script] of scripts.entries()) {
      await review.sh(script);
      const before = await seen();
      const { snapshot, leftOut } = await take(`round ${round}`);
      assert.deepEqual(leftOut, []);
      await review.sh(scripts[(round + 1) % scripts.length] ?? '');
      await review.snapshots.goBack(review.id, snapshot.id);
      assert.equal(await seen(), before, `round ${round}, seed ${seed}:\n${script}`);
      await review.snapshots.remove(review.id, snapshot.id);
    }
    const { stdout } = await run('find', [review.views.folderOf(review.id), '-name', '*.mark']);
    assert.equal(stdout, '');
  });
});
