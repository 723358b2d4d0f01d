import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import type { Change } from '../../../src/review/change.ts';
import { failsWith } from '../../support/engine.ts';
import { reviewOnEngine, type ReviewOnEngine } from '../../support/reviewOnEngine.ts';

describe('the changes of a workspace in review mode', function () {
  this.timeout(120_000);
  let review: ReviewOnEngine;

  const original = {
    'a.txt': 'a\n',
    'b.txt': 'b\n',
    'd/e.txt': 'e\n',
    'd/f/g.txt': 'g\n',
    'run.sh': '#!/bin/sh\n',
    'spare/e.txt': 'spare\n',
    'spare/f/g.txt': 'spare\n',
  };

  beforeEach(async () => {
    review = await reviewOnEngine(original);
  });
  afterEach(() => review.dispose());

  const shown = ({ path, kind, type, conflict, dangers, blocker }: Change) =>
    [path, kind, type, ...(conflict ? ['conflict'] : []), ...dangers, ...(blocker ? [blocker] : [])].join(
      ' ',
    );
  const listed = async () => (await review.reviews.changes(review.id)).map(shown);

  it('are in conflict where the host has put another folder, whose files are as old as they were', async () => {
    await review.sh('echo inside > d/e.txt; rm d/f/g.txt; echo inside > a.txt');
    await fs.rename(join(review.folder, 'd'), join(review.folder, 'before'));
    await fs.rename(join(review.folder, 'spare'), join(review.folder, 'd'));
    assert.deepEqual(await listed(), [
      'a.txt modified file',
      'd/e.txt modified file conflict',
      'd/f/g.txt deleted file conflict',
    ]);
    await review.sh('echo inside > d/new.txt');
    const { accepted } = await review.reviews.accept(review.id, undefined);
    assert.deepEqual(accepted, ['a.txt', 'd/new.txt']);
    // Whatever is done in that folder then, it is the other one.
    assert.deepEqual(await listed(), ['d/e.txt modified file conflict', 'd/f/g.txt deleted file conflict']);
    for (const name of ['e.txt', 'f/g.txt'])
      assert.equal(await fs.readFile(join(review.folder, 'd', name), 'utf8'), 'spare\n');
  });

  it('are in no conflict with the mode of their folder that was accepted, or that was brought back', async () => {
    await review.sh('chmod 775 d; echo inside > d/e.txt');
    await review.reviews.accept(review.id, ['d'], { alone: ['d'] });
    assert.deepEqual(await listed(), ['d/e.txt modified file']);
    await review.reviews.undoAccept(review.id);
    assert.deepEqual(await listed(), ['d modified folder', 'd/e.txt modified file']);
  });

  it('are of every kind, and none at first', async () => {
    assert.deepEqual(await listed(), []);
    await review.sh(`
      echo b2 > b.txt; rm a.txt; echo new > new.txt; chmod 755 run.sh; mkdir -p n/empty; ln -s ../../etc n/out; ln -s a n/in
      rm -rf d; mkdir d; echo e > d/e.txt; mkfifo fifo; ln b.txt hard; mkdir -p .git/hooks; echo x > .git/hooks/pre-commit
      chmod 755 .git/hooks/pre-commit; printf x > "$(printf 'odd\\012\\377name')"`);
    assert.deepEqual(await listed(), [
      '.git added folder',
      '.git/hooks added folder protected',
      '.git/hooks/pre-commit added file protected executable',
      'a.txt deleted file',
      'b.txt modified file',
      'd/f deleted folder',
      'd/f/g.txt deleted file',
      'fifo added special special',
      'hard added file',
      'n added folder',
      'n/empty added folder',
      'n/in added link',
      'n/out added link linkOut',
      'new.txt added file',
      'odd\n\udcffname added file',
      'run.sh modified file executable',
    ]);
  });

  it('are of type changes with all that was in a folder, and of what git would take for a repository', async () => {
    await review.sh(`
      rm -rf d a.txt; echo file > d; mkdir a.txt; echo x > a.txt/x
      mkdir -p bare/objects bare/refs bare/hooks; echo 'ref: x' > bare/HEAD; echo y > bare/hooks/post-checkout`);
    assert.deepEqual(await listed(), [
      'a.txt modified folder',
      'a.txt/x added file',
      'bare added folder',
      'bare/HEAD added file protected',
      'bare/hooks added folder protected',
      'bare/hooks/post-checkout added file',
      'bare/objects added folder protected',
      'bare/refs added folder protected',
      'd modified file',
      'd/e.txt deleted file',
      'd/f deleted folder',
      'd/f/g.txt deleted file',
    ]);
  });

  it('tell what the host changed meanwhile, and are the same while the workspace is stopped', async () => {
    await review.sh('echo inside > a.txt; rm b.txt; echo both > both.txt; rm -rf d/f');
    await fs.writeFile(join(review.folder, 'a.txt'), 'host\n');
    await fs.writeFile(join(review.folder, 'b.txt'), 'host\n');
    await fs.writeFile(join(review.folder, 'both.txt'), 'host\n');
    await fs.writeFile(join(review.folder, 'd/f/later.txt'), 'host\n');
    const wanted = [
      'a.txt modified file conflict',
      'b.txt deleted file conflict',
      'both.txt modified file conflict',
      'd/f deleted folder',
      'd/f/g.txt deleted file',
      'd/f/later.txt deleted file conflict',
    ];
    assert.deepEqual(await listed(), wanted);
    await review.core.service.stop(review.id);
    assert.deepEqual(await listed(), wanted);
  });

  it('are deletions in a folder that was made anew, also where its mode was accepted before', async () => {
    await review.sh('chmod 775 d');
    assert.deepEqual((await review.reviews.accept(review.id, ['d'])).accepted, ['d']);
    const inside = (await review.sh('find d -mindepth 1 | sort')).trim().split('\n');
    await review.sh('rm -rf d; mkdir d; chmod 775 d');
    const deleted = (await review.reviews.changes(review.id)).filter(({ kind }) => kind === 'deleted');
    assert.deepEqual(
      deleted.map(({ path }) => path),
      inside,
    );
  });

  it('are told by one question of all folders, whatever they are called and whatever is in them', async () => {
    const odd = `"$(printf 'o\\012\\377 d')"`;
    await review.sh(
      `for i in 0 1 2 3 4 5 6 7 8 9; do mkdir -p m/$i/${odd}; echo x > m/$i/${odd}/x; done; mkfifo m/fifo`,
    );
    assert.equal((await review.reviews.accept(review.id, ['m'])).refused.length, 1);
    await review.reviews.discard(review.id, undefined);
    await review.sh(`for i in 0 1 2 3 4 5 6 7 8; do echo y > m/$i/${odd}/y; done; rm -rf m/9; mkdir -p m/9/${odd}
      rm -rf m/8/${odd}; mkdir m/8/${odd}; mkfifo m/8/fifo; mkdir m/new d/f/.git; chmod 1777 m/3; head -c 100000 /dev/zero > m/large`);
    let questions = 0;
    const { engine } = review.engine;
    const withLayer = engine.withLayer.bind(engine);
    engine.withLayer = (...about) => {
      questions += 1;
      return withLayer(...about);
    };
    const changes = [
      'd/f/.git added folder',
      'm/3 modified folder',
      'm/8/fifo added special special',
      'm/8/o\n\udcff d/x deleted file',
      'm/9/o\n\udcff d/x deleted file',
      'm/large added file binary',
      'm/new added folder',
      ...[0, 1, 2, 3, 4, 5, 6, 7].map((index) => `m/${index}/o\n\udcff d/y added file`),
    ];
    for (let round = 0; round < 2; round += 1) assert.deepEqual(await listed(), changes.toSorted());
    assert.equal(questions, review.isCopy ? 2 : 1);
  });

  it('are none where a file was written over with what it held', async () => {
    await review.sh(
      'cat a.txt > /tmp/a; rm a.txt; cp /tmp/a a.txt; rm -rf d/f; mkdir d/f; echo g > d/f/g.txt',
    );
    assert.deepEqual(await listed(), []);
  });

  it('are told where only links show whether a folder was made anew', async () => {
    await review.sh('mkdir links; ln -s nowhere links/a; ln -s b links/b; ln -s ../a.txt links/c');
    await review.reviews.accept(review.id, undefined);
    await review.reviews.discard(review.id, undefined);
    await review.sh('touch links/new');
    assert.deepEqual(await listed(), ['links/new added file']);
    await review.sh('rm -rf links; mkdir links; touch links/new');
    assert.deepEqual(await listed(), [
      'links/a deleted link',
      'links/b deleted link',
      'links/c deleted link',
      'links/new added file',
    ]);
  });

  it('call for a second look at programs, huge files and what is no text', async () => {
    await review.sh(`printf 'a\\0b' > binary; printf 'a\\0b' > a.txt; echo text > text; chmod 755 run.sh; echo more >> run.sh
      dd if=/dev/zero of=huge bs=1 count=1 seek=70000000 2>/dev/null`);
    const { changes } = await review.reviews.list(review.id);
    assert.deepEqual(
      changes.map(({ path, dangers }) => [path, ...dangers].join(' ')),
      ['a.txt binary', 'binary binary', 'huge huge binary', 'run.sh executable', 'text'],
    );
  });

  it('name sparse files of any size without reading more than their begin', async () => {
    await review.sh('dd if=/dev/zero of=huge bs=1 count=1 seek=1099511627776; echo x > a.txt');
    if (review.isCopy) {
      await assert.rejects(listed(), failsWith('invalidRequest', /"huge"/));
      return;
    }
    assert.deepEqual(await listed(), ['a.txt modified file', 'huge added file huge binary tooLarge']);
  });
});
