import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AcceptJournal } from '../../../src/review/acceptJournal.ts';
import { ClosedFolders } from '../../../src/review/closedFolders.ts';
import { OpenFolder, withFolder } from '../../../src/review/openFolder.ts';
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

describe('a folder that its owner closed, while something is written into it', () => {
  const { getuid } = process;
  let review: ReviewOnDisk;
  let path: string;
  let noted: (readonly [string, number])[];
  let closed: ClosedFolders;

  beforeEach(async () => {
    review = reviewOnDisk(await fs.mkdtemp(join(tmpdir(), 'cordon-test-')));
    path = review.inFolder('a/closed');
    await fs.mkdir(path, { recursive: true });
    await fs.chmod(path, 0o555);
    await ownedByPerson(review.parent);
    process.getuid = () => (getuid!() === 0 ? 1000 : getuid!());
    noted = [];
    closed = new ClosedFolders({
      opening: (...each) => {
        noted.push(each);
        return Promise.resolve();
      },
    });
  });
  afterEach(async () => {
    process.getuid = getuid!;
    await fs.chmod(path, 0o755);
    await fs.rm(review.parent, { recursive: true });
  });

  const modeOf = async (folder: string) => (await fs.stat(folder)).mode & 0o7777;
  const write = (work: () => Promise<void>) =>
    withFolder(OpenFolder.at(path), (folder) => closed.whileOpen('a/closed/file', folder, work));

  it('is open until the last of all who do that is done, and noted once', async () => {
    const seen: number[] = [];
    const works = [10, 100].map((ms) =>
      write(async () => {
        await delay(ms);
        seen.push(await modeOf(path));
      }),
    );
    await works[0];
    assert.equal(await modeOf(path), 0o755);
    await works[1];
    assert.equal(await modeOf(path), 0o555);
    await write(async () => void seen.push(await modeOf(path)));
    assert.equal(await modeOf(path), 0o555);
    assert.deepEqual(seen, [0o755, 0o755, 0o755]);
    assert.deepEqual(noted, [['a/closed', 0o555]]);
  });

  it('is closed where that fails, also where it was replaced meanwhile, and keeps what somebody else gave it', async () => {
    await assert.rejects(
      write(async () => {
        await fs.rename(path, review.inFolder('moved'));
        await fs.mkdir(path, { mode: 0o755 });
        throw new Error('failed');
      }),
      /failed/,
    );
    assert.equal(await modeOf(review.inFolder('moved')), 0o555);
    assert.equal(await modeOf(path), 0o755);
    await fs.chown(path, 1000, 1000);
    await fs.chmod(path, 0o500);
    await write(() => fs.chmod(path, 0o750));
    assert.equal(await modeOf(path), 0o750);
  });

  it('is not opened where that cannot be noted', async () => {
    closed = new ClosedFolders({ opening: () => Promise.reject(new Error('no room')) });
    await assert.rejects(
      write(() => Promise.resolve()),
      /no room/,
    );
    assert.equal(await modeOf(path), 0o555);
  });

  it('can be given another mode by the workspace afterwards, without a conflict', async () => {
    const { inFolder, inUpper } = review;
    await review.prepare();
    await fs.mkdir(inUpper('a/closed'), { recursive: true });
    await fs.writeFile(inUpper('a/closed/new'), 'new');
    await fs.chmod(inUpper('a/closed'), 0o750);
    await ownedByPerson(inUpper(''));
    assert.deepEqual((await review.accept(['a/closed/new'])).accepted, ['a/closed/new']);
    assert.equal(await modeOf(inFolder('a/closed')), 0o555);
    const left = await review.changes();
    assert.deepEqual(
      left.map((change) => [change.path, change.conflict]),
      [['a/closed', false]],
    );
    assert.deepEqual((await review.acceptAll()).accepted, ['a/closed']);
    assert.equal(await modeOf(inFolder('a/closed')), 0o750);
  });
});
