import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acceptingChild, type AcceptingChild } from '../../support/acceptingChild.ts';
import { folderState } from '../../support/folderState.ts';
import { reviewOnDisk, type ReviewOnDisk } from '../../support/reviewOnDisk.ts';

type States = Readonly<Record<'before' | 'after', Readonly<Record<string, string>>>>;

/** So many processes at a time. */
const lanes = 2;
/** So many that ended by themselves show that there are no more steps. */
const enoughEnds = 3;
const changeCount = 14;

describe('a process that is killed at each of its steps on the disk', function () {
  this.timeout(180_000);
  let root: string;
  let child: AcceptingChild;

  before(async () => {
    root = await fs.mkdtemp(join(tmpdir(), 'cordon-test-'));
    child = await acceptingChild(root);
  });
  after(() => fs.rm(root, { recursive: true }));

  /** A folder, and a view of it in which all that can be changed is. */
  const changedFolder = async (): Promise<ReviewOnDisk> => {
    const review = reviewOnDisk(await fs.mkdtemp(join(root, 'review-')));
    const { inFolder, inUpper } = review;
    await fs.mkdir(inFolder('folder/in'), { recursive: true });
    for (const name of ['full', 'empty']) await fs.mkdir(inFolder(name));
    for (const name of ['changed', 'file', 'gone', 'folder/in/file', 'full/old'])
      await fs.writeFile(inFolder(name), `${name} before`);
    await fs.symlink('changed', inFolder('link'));
    await review.prepare();
    await fs.writeFile(inUpper('changed'), 'after');
    await fs.mkdir(inUpper('file'));
    await fs.writeFile(inUpper('file/new'), 'new');
    await fs.writeFile(inUpper('folder'), 'now a file');
    await fs.mkdir(inUpper('link'));
    await fs.symlink('changed', inUpper('empty'));
    execFileSync('mknod', [inUpper('gone'), 'c', '0', '0']);
    await fs.mkdir(inUpper('full'));
    await fs.link(inUpper('gone'), inUpper('full/old'));
    await fs.symlink('old', inUpper('full/link'));
    await fs.chmod(inUpper('full'), 0o555);
    await fs.mkdir(inUpper('closed'));
    await fs.writeFile(inUpper('closed/file'), 'closed in');
    await fs.chmod(inUpper('closed'), 0o555);
    return review;
  };
  const acceptedFolder = async () => {
    const review = await changedFolder();
    await review.acceptAll();
    return review;
  };
  const states = async (): Promise<States> => {
    const [changed, accepted] = [await changedFolder(), await acceptedFolder()];
    return { before: await folderState(changed.path), after: await folderState(accepted.path) };
  };

  /** Whether the accept stands. The folder must be as before it, or as after it, and nothing else be left. */
  const stands = async (review: ReviewOnDisk, { before, after }: States) => {
    const kept = await fs.readdir(review.own);
    const isAccepted = kept.includes('accept');
    assert.deepEqual(await folderState(review.path), isAccepted ? after : before);
    // A lock is taken over by the next change, and what is known or was seen is written anew.
    const left = kept
      .filter((name) => !['accept', 'known.json', 'known.json.new', 'lock'].includes(name))
      .filter((name) => !/^folders\.json(\.[0-9a-f]{8})?$/.test(name));
    assert.deepEqual(left, ['baseline.json', 'lower', 'upper', 'work']);
    const changes = await review.changes();
    assert.equal(changes.length, isAccepted ? 0 : changeCount);
    assert.ok(changes.every(({ conflict }) => !conflict));
    return isAccepted;
  };

  /**
   * Kills one process at each step that it has, and gives how many those are. Each time there may be a few more or less: what
   * is noted at once is one of them.
   */
  const killEverywhere = async (work: 'accept' | 'undo', prepare: () => Promise<ReviewOnDisk>) => {
    const whole = await states();
    let step = 0;
    let ended = 0;
    const kill = async () => {
      const now = ++step;
      const review = await prepare();
      const wasKilled = await child.killAt(now, work, review.parent);
      await review.recover();
      const isAccepted = await stands(review, whole);
      if (!wasKilled) {
        ended += 1;
        assert.equal(isAccepted, work === 'accept');
      }
      await fs.rm(review.parent, { recursive: true });
    };
    const goOn = async () => {
      while (ended < enoughEnds)
        await kill().catch((error: unknown) => {
          ended = enoughEnds;
          throw new Error(`killed at step ${step} or just before`, { cause: error });
        });
    };
    await Promise.all(Array.from({ length: lanes }, goOn));
    return step;
  };

  it('leaves, of an accept, all or nothing', async () => {
    assert.ok((await killEverywhere('accept', changedFolder)) > 4 * changeCount);
  });

  it('leaves, of the undo of an accept, all or nothing', async () => {
    assert.ok((await killEverywhere('undo', acceptedFolder)) > 2 * changeCount);
  });
});
