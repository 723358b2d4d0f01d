import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { folderState } from '../../support/folderState.ts';
import { reviewOnEngine, type ReviewOnEngine } from '../../support/reviewOnEngine.ts';

/** What other disks than those of Linux take for the same, or cannot have, or what looks like the mark of a removal. */
describe('odd names in a review', function () {
  this.timeout(120_000);
  let review: ReviewOnEngine;

  beforeEach(async () => {
    review = await reviewOnEngine({ 'README.md': 'old\n', gone: 'gone\n', over: 'over\n', 'd/x': 'x\n' });
  });
  afterEach(() => review.dispose());

  const list = async () =>
    (await review.reviews.changes(review.id)).map(({ path, kind, type }) => `${path} ${kind} ${type}`);
  const write = () =>
    review.sh(`echo 1 > a; echo 2 > A; rm README.md gone; echo new > README.MD; mkdir D; echo X > D/x; rm -r d
      echo odd > "$(printf 'o\\377')"; ln -s a "$(printf 'L\\377')"; mkfifo -m 000 fifo; rm over; mkfifo -m 000 over
      echo "$(printf 'e\\314\\201')" > "$(printf 'e\\314\\201')"; echo composed > "$(printf '\\303\\251')"`);
  const special = ['fifo added special', 'over modified special'];
  const others = [
    ...['A added file', 'D added folder', 'D/x added file', 'L\udcff added link', 'README.MD added file'],
    ...['README.md deleted file', 'a added file', 'd deleted folder', 'd/x deleted file'],
    ...['e\u0301 added file', 'gone deleted file', 'o\udcff added file', 'é added file'],
  ];
  const everything = [...others, ...special].sort();
  const seen = () =>
    review.sh(
      `ls; cat a A README.MD D/x é "$(printf 'o\\377')" "$(printf 'L\\377')" "$(printf 'e\\314\\201')"`,
    );

  it('are kept apart: nothing is lost, and nothing taken for something else', async () => {
    await write();
    const before = await seen();
    assert.deepEqual((await list()).sort(), everything);
    await review.core.service.restart(review.id);
    assert.deepEqual((await list()).sort(), everything);
    assert.equal(await seen(), before);
  });

  it('are accepted one beside the other, and undone', async () => {
    await write();
    const before = await folderState(review.folder);
    const { refused } = await review.reviews.accept(review.id, undefined);
    assert.deepEqual(refused.map(({ path, reason }) => `${path} ${reason}`).sort(), [
      'fifo special',
      'over special',
    ]);
    const content = (name: string) => fs.readFile(join(review.folder, name), 'utf8');
    for (const [name, wanted] of [
      ...[['a', '1\n'] as const, ['A', '2\n'] as const, ['README.MD', 'new\n'] as const],
      ...[['D/x', 'X\n'] as const, ['é', 'composed\n'] as const, ['e\u0301', 'e\u0301\n'] as const],
    ])
      assert.equal(await content(name), wanted, name);
    assert.equal((await fs.readdir(review.folder, { encoding: 'latin1' })).includes('o\xff'), true);
    assert.deepEqual(await list(), special);
    await review.reviews.undoAccept(review.id);
    assert.deepEqual(await folderState(review.folder), before);
    assert.deepEqual((await list()).sort(), everything);
  });

  it('are discarded by themselves, and come back with a snapshot', async () => {
    await write();
    const taken = await review.snapshots.take(review.id, 'point');
    assert.deepEqual([...(taken?.leftOut ?? [])].sort(), ['fifo', 'over']);
    await review.reviews.discard(review.id, ['README.MD', 'A', 'd', 'o\udcff', 'over']);
    assert.deepEqual(
      (await list()).sort(),
      everything.filter((line) => !/^(?:README\.MD|A|d|d\/x|o\udcff|over) /.test(line)),
    );
    assert.equal(await review.sh('cat over d/x D/x a'), 'over\nx\nX\n1\n');
    await review.reviews.discard(review.id, undefined);
    assert.deepEqual(await list(), []);
    await review.snapshots.goBack(review.id, taken!.snapshot.id);
    assert.deepEqual((await list()).sort(), [...others].sort());
  });
});
