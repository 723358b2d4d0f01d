import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AcceptJournal } from '../../../src/review/acceptJournal.ts';
import { acceptingChild, type AcceptingChild } from '../../support/acceptingChild.ts';
import { folderState } from '../../support/folderState.ts';
import { ownedByPerson } from '../../support/folders.ts';
import { reviewOnDisk, type ReviewOnDisk } from '../../support/reviewOnDisk.ts';

describe('folders that nobody may write into, for an ordinary user', function () {
  this.timeout(30_000);
  let root: string;
  let child: AcceptingChild;
  let review: ReviewOnDisk;
  let before: unknown;

  beforeEach(async () => {
    root = await fs.mkdtemp(join(tmpdir(), 'cordon-test-'));
    child = await acceptingChild(root);
    review = reviewOnDisk(join(root, 'review'));
    const { inFolder, inUpper } = review;
    await fs.mkdir(inFolder('was/open'), { recursive: true });
    await fs.writeFile(inFolder('was/old'), 'old');
    await fs.writeFile(inFolder('file'), 'file');
    await ownedByPerson(review.parent);
    await child.runAsPerson('prepare', review.parent);
    for (const name of ['was/open', 'cache/a/b', 'file/in'])
      await fs.mkdir(inUpper(name), { recursive: true });
    for (const name of ['was/new', 'was/open/new', 'cache/a/b/c', 'cache/d', 'file/in/deep'])
      await fs.writeFile(inUpper(name), name);
    for (const name of ['was', 'was/open', 'cache/a/b', 'cache/a', 'file/in', 'file'])
      await fs.chmod(inUpper(name), 0o555);
    await fs.chmod(inUpper('cache'), 0o500);
    await ownedByPerson(inUpper(''));
    before = await folderState(review.path);
  });
  afterEach(async () => {
    for (const folder of [review.path, review.inUpper('')])
      for (const path of ['cache', 'cache/a', 'cache/a/b', 'file', 'file/in', 'was', 'was/open'])
        await fs.chmod(join(folder, path), 0o755).catch(() => undefined);
    await fs.rm(root, { recursive: true });
  });

  const after = {
    cache: 'folder 500',
    'cache/a': 'folder 555',
    'cache/a/b': 'folder 555',
    'cache/a/b/c': 'file 644 cache/a/b/c',
    'cache/d': 'file 644 cache/d',
    file: 'folder 555',
    'file/in': 'folder 555',
    'file/in/deep': 'file 644 file/in/deep',
    was: 'folder 555',
    'was/new': 'file 644 was/new',
    'was/old': 'file 644 old',
    'was/open': 'folder 555',
    'was/open/new': 'file 644 was/open/new',
  };

  it('are made with all that is in them, and unmade again', async () => {
    await child.runAsPerson('accept', review.parent);
    assert.deepEqual(await folderState(review.path), after);
    assert.deepEqual(await review.changes(), []);
    await child.runAsPerson('undo', review.parent);
    assert.deepEqual(await folderState(review.path), before);
    assert.equal((await review.changes()).length, 12);
  });

  it('are unmade at the next start where a process died in the middle', async () => {
    await child.runAsPerson('accept', review.parent);
    const journal = join(AcceptJournal.of(review.own).folder, 'journal');
    await fs.writeFile(journal, (await fs.readFile(journal, 'utf8')).replace('{"step":"done"}\n', ''));
    await child.runAsPerson('recover', review.parent);
    assert.deepEqual(await folderState(review.path), before);
  });
});
