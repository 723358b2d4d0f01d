import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { failsWith } from '../../support/engine.ts';
import { reviewOnEngine, type ReviewOnEngine } from '../../support/reviewOnEngine.ts';

describe('a merge of what the workspace and the person did to one file', function () {
  this.timeout(120_000);
  let review: ReviewOnEngine;

  beforeEach(async () => {
    review = await reviewOnEngine({ 'a.txt': 'one\ntwo\nthree\n', 'b.bin': 'x\0y' });
  });
  afterEach(() => review.dispose());

  const list = () => review.reviews.changes(review.id);
  const listAndKeep = async () => review.merges.keepBases(review.id, await list());
  const sides = async () => {
    const { base, isBaseKnown, workspace, folder } = await review.merges.conflict(review.id, 'a.txt');
    return { base, isBaseKnown, workspace, folder };
  };
  const put = (text: string) => fs.writeFile(join(review.folder, 'a.txt'), text);
  const onHost = () => fs.readFile(join(review.folder, 'a.txt'), 'utf8');
  const accept = async (text: string) =>
    await review.merges.accept(
      review.id,
      await review.merges.conflict(review.id, 'a.txt'),
      Buffer.from(text),
    );

  it('has the file as it was before both changed it for a base, where that was seen', async () => {
    await review.sh('echo inside >> a.txt');
    await listAndKeep();
    await put('host\none\ntwo\nthree\n');
    await listAndKeep();
    assert.deepEqual(await sides(), {
      base: 'one\ntwo\nthree\n',
      isBaseKnown: true,
      workspace: 'one\ntwo\nthree\ninside\n',
      folder: 'host\none\ntwo\nthree\n',
    });
  });

  it('has what both have in common for a base where nobody saw it', async () => {
    await review.sh('echo inside >> a.txt');
    await put('host\none\ntwo\nthree\n');
    const { base, isBaseKnown } = await sides();
    assert.deepEqual([base, isBaseKnown], ['one\ntwo\nthree\n', false]);
  });

  it('reaches the folder as an accept does, can be undone, and is in conflict with what is written next', async () => {
    await review.sh('echo inside >> a.txt; chmod 755 a.txt');
    await listAndKeep();
    await put('host\none\ntwo\nthree\n');
    await fs.chmod(join(review.folder, 'a.txt'), 0o640);
    assert.equal(await accept('host\none\ntwo\nthree\ninside\n'), true);
    assert.equal(await onHost(), 'host\none\ntwo\nthree\ninside\n');
    assert.equal((await fs.stat(join(review.folder, 'a.txt'))).mode & 0o777, 0o640);
    assert.deepEqual(await list(), []);
    assert.deepEqual((await review.reviews.undoAccept(review.id))?.kept, []);
    assert.equal(await onHost(), 'host\none\ntwo\nthree\n');
    assert.deepEqual(
      (await list()).map(({ path, conflict }) => [path, conflict]),
      [['a.txt', true]],
    );
    assert.equal((await sides()).isBaseKnown, false, 'what was merged is no base any more');
    assert.equal(await accept('host\none\ntwo\nthree\ninside\n'), true);
    await review.sh('echo more >> a.txt');
    assert.deepEqual(
      (await list()).map(({ path, conflict }) => [path, conflict]),
      [['a.txt', true]],
    );
    await listAndKeep();
    assert.deepEqual(await sides(), {
      base: 'one\ntwo\nthree\ninside\n',
      isBaseKnown: true,
      workspace: 'one\ntwo\nthree\ninside\nmore\n',
      folder: 'host\none\ntwo\nthree\ninside\n',
    });
    await review.core.service.restart(review.id);
    assert.equal((await list())[0]?.conflict, true);
    await review.core.service.remove(review.id);
    assert.deepEqual(await review.views.list(), []);
  });

  it('reaches nothing where either side is another one than the person saw, or where it is no text', async () => {
    await review.sh('echo inside >> a.txt; echo more >> b.bin');
    await put('host\n');
    await fs.writeFile(join(review.folder, 'b.bin'), 'z\0');
    const seen = await review.merges.conflict(review.id, 'a.txt');
    await put('host again\n');
    assert.equal(await review.merges.accept(review.id, seen, Buffer.from('merged')), false);
    const later = await review.merges.conflict(review.id, 'a.txt');
    await review.sh('echo again >> a.txt');
    assert.equal(await review.merges.accept(review.id, later, Buffer.from('merged')), false);
    assert.equal(await onHost(), 'host again\n');
    for (const path of ['b.bin', 'none', '../x'])
      await assert.rejects(review.merges.conflict(review.id, path), failsWith('invalidRequest'));
    await fs.rm(join(review.folder, 'a.txt'));
    await fs.symlink('/etc/passwd', join(review.folder, 'a.txt'));
    await assert.rejects(review.merges.conflict(review.id, 'a.txt'), failsWith('invalidRequest'));
    assert.equal(await review.merges.accept(review.id, later, Buffer.from('merged')), false);
  });
});
