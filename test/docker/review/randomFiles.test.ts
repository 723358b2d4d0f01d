import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { folderState } from '../../support/folderState.ts';
import { ownedByPerson } from '../../support/folders.ts';
import { fileOperations } from '../../support/randomFiles.ts';
import { reviewOnEngine } from '../../support/reviewOnEngine.ts';
import { seed } from '../../support/seed.ts';
import { size } from '../../support/soak.ts';

const run = promisify(execFile);
const files = { 'a/a': '1\n', 'a/b/c': '2\n', 'b/a': '3\n', 'b/b/b': '4\n', c: '5\n', 'person/a': '6\n' };

describe('whatever a workspace in review mode does with files', function () {
  this.timeout(600_000);

  it('leaves the folder as it was until it is accepted, and makes of it what a plain copy would become', async () => {
    const review = await reviewOnEngine(files);
    const copy = join(review.folder, '../copy');
    await run('cp', ['-a', review.folder, copy]);
    const state = () => folderState(review.folder);
    let round = 0;
    try {
      const numRuns = size(40, 400);
      const byPerson = fc.sample(fileOperations, { seed: seed + 1, numRuns });
      for (const script of fc.sample(fileOperations, { seed, numRuns })) {
        // What the person does meanwhile, elsewhere in the folder, is nobody's change.
        for (const folder of [review.folder, copy])
          await run('busybox', ['sh', '-c', byPerson[round] ?? ''], { cwd: join(folder, 'person') });
        for (const folder of [review.folder, copy]) await ownedByPerson(join(folder, 'person'));
        round += 1;
        const [before, { mtimeNs }] = [await state(), await fs.stat(review.folder, { bigint: true })];
        await review.sh(script);
        await run('busybox', ['sh', '-c', script], { cwd: copy });
        await ownedByPerson(copy);
        const about = `round ${round}, seed ${seed}:\n${script}`;
        assert.deepEqual(await state(), before, about);
        assert.equal((await fs.stat(review.folder, { bigint: true })).mtimeNs, mtimeNs, about);
        const { refused } = await review.reviews.accept(review.id, undefined);
        assert.deepEqual(refused, [], about);
        assert.deepEqual(await state(), await folderState(copy), about);
        assert.deepEqual(await review.reviews.changes(review.id), [], about);
        if (round % 4 === 0) {
          await review.sh(script);
          const { accepted } = await review.reviews.accept(review.id, undefined);
          if (accepted.length > 0) await review.reviews.undoAccept(review.id);
          assert.deepEqual(await state(), await folderState(copy), about);
          // What root accepts is root's: whoever the workspace runs as could not go on with it.
          await ownedByPerson(review.folder);
          await review.reviews.discard(review.id, undefined);
          assert.deepEqual(await review.reviews.changes(review.id), [], about);
          // What the workspace starts from again is the folder, whose hard links are files of their own.
          await fs.rm(copy, { recursive: true });
          await run('cp', ['-a', review.folder, copy]);
        }
      }
    } finally {
      await review.dispose();
    }
  });

  it('sees whatever is done to the folder while it runs, or else from its next start on', async () => {
    const review = await reviewOnEngine(files);
    const inFolder = async (script: string) =>
      (await run('busybox', ['sh', '-c', script], { cwd: review.folder })).stdout;
    let round = 0;
    try {
      for (const script of fc.sample(fileOperations, { seed, numRuns: size(15, 200) })) {
        round += 1;
        const about = `round ${round}, seed ${seed}:\n${script}`;
        // The kernel remembers for a workspace what it has looked at, and what it has looked for in vain.
        await review.sh(`${look}; ls -R a b c d e x >/dev/null 2>&1 || true`);
        const before = await folderState(review.folder);
        // What is removed and made anew within one tick of the kernel's clock looks the same to it.
        await inFolder(script.replaceAll('\n', '\nsleep 0.005\n'));
        await ownedByPerson(review.folder);
        const after = await folderState(review.folder);
        const { behind } = await review.sync.bringIn(review.id, Object.keys({ ...before, ...after }));
        assert.deepEqual(await folderState(review.folder), after, about);
        assert.deepEqual(await review.reviews.changes(review.id), [], about);
        if (behind.length > 0) await review.core.service.restart(review.id);
        assert.equal(await review.sh(look), await inFolder(look), `${about}\nbehind: ${behind.join(', ')}`);
        assert.deepEqual(await review.reviews.changes(review.id), [], about);
      }
    } finally {
      await review.dispose();
    }
  });
});

/** Tells all that is in a folder. */
const look =
  "{ find . -exec stat -c '%n %F %a' {} +; find . -type f -exec md5sum {} +; find . -type l -exec readlink -v {} \\; ; } | sort";
