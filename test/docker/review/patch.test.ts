import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { composeReviews } from '../../../src/review/composeReviews.ts';
import { ViewFolders } from '../../../src/review/viewFolders.ts';
import { copyRules } from '../../support/copyRules.ts';
import { folderState } from '../../support/folderState.ts';
import { reviewOnEngine, type ReviewOnEngine } from '../../support/reviewOnEngine.ts';
import { workspacesOnEngine } from '../../support/workspacesOnEngine.ts';

const run = promisify(execFile);

describe('the changes of a workspace as a patch', function () {
  this.timeout(120_000);
  let review: ReviewOnEngine;

  beforeEach(async () => {
    review = await reviewOnEngine({
      'a.txt': 'a\nb\nc\n',
      'b.txt': 'b\n',
      'd/e.txt': 'e\n',
      'd/f/g.txt': 'g\n',
      'run.sh': '#!/bin/sh\n',
      'bin.dat': 'a\0b',
      'to-link': 'x\n',
    });
  });
  afterEach(() => review.dispose());

  it('are what git makes of a copy of the folder, and name what git cannot make', async () => {
    const copy = join(review.folder, '../copy');
    await run('cp', ['-a', review.folder, copy]);
    const before = await folderState(review.folder);
    await review.sh(`
      printf 'a\\nB\\nc\\nd' > a.txt; rm b.txt; chmod 755 run.sh; rm -rf d; echo file > d; mkdir -p n/empty n/x
      head -c 100000 /dev/urandom > n/x/random; printf 'a\\000c' > bin.dat; rm to-link; ln -s ../../etc/passwd to-link
      touch n/nothing; echo odd > "$(printf 'n/odd\\012\\377 "\\\\name')"; mkfifo fifo; mkdir .git; echo x > .git/config
      dd if=/dev/zero of=huge bs=1 count=1 seek=200000000; chmod 600 n/nothing`);
    const patch = join(review.folder, '../changes.patch');
    const { written, leftOut } = await review.reviews.exportPatch(review.id, patch);
    assert.deepEqual(Object.fromEntries(leftOut.map(({ path, reason }) => [path, reason])), {
      '.git': 'refusedByGit',
      '.git/config': 'refusedByGit',
      fifo: 'special',
      huge: 'tooLarge',
      'n/empty': 'unknownToGit',
    });
    assert.equal(written.length, 11);
    assert.deepEqual(await folderState(review.folder), before);
    await run('git', ['apply', '--whitespace=nowarn', patch], {
      cwd: copy,
      env: { ...process.env, GIT_DIR: '/nowhere' },
    });
    const odd = Buffer.concat([Buffer.from(`${copy}/n/odd\n`), Buffer.from([0xff]), Buffer.from(' "\\name')]);
    assert.equal(await fs.readFile(odd, 'utf8'), 'odd\n');
    await fs.rm(odd);
    await review.sh('rm -rf fifo huge n/empty n/odd* .git; chmod 644 n/nothing');
    assert.deepEqual((await review.reviews.accept(review.id, ['to-link'])).refused, []);
    assert.deepEqual((await review.reviews.accept(review.id, undefined)).refused, []);
    assert.deepEqual(await folderState(copy), await folderState(review.folder));
    assert.match(await fs.readFile(patch, 'utf8'), /^# Not in this patch \(refusedByGit\): \.git\/config$/m);
  });

  it('can be exported while the workspace is archived, and go with it without a trace', async () => {
    await review.sh('echo new > new.txt');
    await review.core.service.archive(review.id);
    const patch = join(review.folder, '../changes.patch');
    assert.deepEqual((await review.reviews.exportPatch(review.id, patch)).written, ['new.txt']);
    await review.core.service.remove(review.id);
    assert.deepEqual(await review.views.list(), []);
    await assert.rejects(fs.lstat(review.views.folderOf(review.id)));
  });

  it('can be exported by another window while the workspace is archived, whatever was changed where', async () => {
    await review.sh('echo E > d/e.txt; rm -rf d/f; mkdir d/f; echo new > d/f/new.txt');
    await review.core.service.archive(review.id);
    const views = new ViewFolders(dirname(review.views.folderOf(review.id)), copyRules);
    const core = workspacesOnEngine(review.engine.connection, review.core.storage, { viewFiles: views });
    const other = composeReviews(core.reviewGround, views);
    try {
      const patch = join(review.folder, '../changes.patch');
      const { written } = await other.reviews.exportPatch(review.id, patch);
      assert.deepEqual(written, ['d/e.txt', 'd/f/g.txt', 'd/f/new.txt']);
    } finally {
      other.dispose();
      core.dispose();
    }
  });

  it('leave no half of a patch where they cannot be written', async () => {
    await review.sh('echo new > new.txt');
    await assert.rejects(review.reviews.exportPatch(review.id, join(review.folder, '../no/changes.patch')));
    const signal = AbortSignal.abort();
    await assert.rejects(review.reviews.exportPatch(review.id, join(review.folder, '../x.patch'), signal));
    const left = await fs.readdir(join(review.folder, '..'));
    assert.deepEqual(
      left.filter((name) => name.includes('patch')),
      [],
    );
  });
});
