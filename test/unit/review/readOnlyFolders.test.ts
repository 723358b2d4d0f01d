import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AcceptJournal } from '../../../src/review/acceptJournal.ts';
import { acceptingChild, type AcceptingChild } from '../../support/acceptingChild.ts';
import { folderState } from '../../support/folderState.ts';
import { ownedByPerson } from '../../support/folders.ts';
import { reviewOnDisk, type ReviewOnDisk } from '../../support/reviewOnDisk.ts';

/** So many processes at a time. */
const lanes = 2;
/** A process takes long to start, and every other step is enough to be in every folder while it is open. */
const stride = 2;
/** So many processes that ended by themselves show that there are no more steps. */
const enoughEnds = 3;
const readOnly = ['closed', 'closed/in', ''];

describe('folders that the person closed to themselves', function () {
  this.timeout(180_000);
  let root: string;
  let child: AcceptingChild;

  before(async () => {
    root = await fs.mkdtemp(join(tmpdir(), 'cordon-test-'));
    child = await acceptingChild(root);
  });
  after(() => fs.rm(root, { recursive: true }));

  /** Something was added to, deleted in and replaced in such folders, also in the outermost one. */
  const changedFolder = async (): Promise<ReviewOnDisk> => {
    const review = reviewOnDisk(await fs.mkdtemp(join(root, 'review-')));
    const { inFolder, inUpper } = review;
    await fs.mkdir(inFolder('closed/in'), { recursive: true });
    for (const name of ['closed/gone', 'closed/in/gone', 'closed/old'])
      await fs.writeFile(inFolder(name), `${name} before`);
    for (const name of readOnly) await fs.chmod(inFolder(name), 0o555);
    await ownedByPerson(review.parent);
    await child.runAsPerson('prepare', review.parent);
    await fs.mkdir(inUpper('closed'));
    for (const name of ['new', 'closed/new', 'closed/old', 'closed/in'])
      await fs.writeFile(inUpper(name), `${name} after`);
    execFileSync('mknod', [inUpper('closed/gone'), 'c', '0', '0']);
    await fs.chmod(inUpper('closed'), 0o555);
    await ownedByPerson(inUpper(''));
    return review;
  };
  const accepted = {
    closed: 'folder 555',
    'closed/in': 'file 644 closed/in after',
    'closed/new': 'file 644 closed/new after',
    'closed/old': 'file 644 closed/old after',
    new: 'file 644 new after',
  };
  const original = {
    closed: 'folder 555',
    'closed/gone': 'file 644 closed/gone before',
    'closed/in': 'folder 555',
    'closed/in/gone': 'file 644 closed/in/gone before',
    'closed/old': 'file 644 closed/old before',
  };
  const stateOf = async ({ path }: ReviewOnDisk) => {
    assert.equal((await fs.stat(path)).mode & 0o7777, 0o555);
    return await folderState(path);
  };
  const changeCount = 6;

  it('are opened for an accept and for its undo, and closed again', async () => {
    const review = await changedFolder();
    assert.deepEqual(await stateOf(review), original);
    await child.runAsPerson('accept', review.parent);
    assert.deepEqual(await stateOf(review), accepted);
    assert.deepEqual(await review.changes(), []);
    await child.runAsPerson('undo', review.parent);
    assert.deepEqual(await stateOf(review), original);
    const changes = await review.changes();
    assert.equal(changes.length, changeCount);
    assert.ok(changes.every(({ conflict }) => !conflict));
  });

  it('stay closed where they belong to somebody else, or would lose their group', async () => {
    const review = await changedFolder();
    assert.equal((await review.changes()).length, changeCount);
    await fs.chown(review.inFolder('closed'), 0, 0);
    await fs.chown(review.path, 1000, 0);
    await fs.chmod(review.path, 0o2555);
    await child.runAsPerson('accept', review.parent);
    const { 'closed/in/gone': _, ...rest } = original;
    assert.deepEqual(await folderState(review.path), rest);
    assert.equal((await fs.stat(review.path)).mode & 0o7777, 0o2555);
  });

  it('keep a mode that the person gave them after the accept', async () => {
    const review = await changedFolder();
    await child.runAsPerson('accept', review.parent);
    await fs.chmod(review.inFolder('closed'), 0o755);
    await child.runAsPerson('undo', review.parent);
    assert.deepEqual(await stateOf(review), { ...original, closed: 'folder 755' });
  });

  it('are closed at the next start where a process died while they were open', async () => {
    const review = await changedFolder();
    await child.runAsPerson('accept', review.parent);
    const journal = join(AcceptJournal.of(review.own).folder, 'journal');
    await fs.writeFile(journal, (await fs.readFile(journal, 'utf8')).replace('{"step":"done"}\n', ''));
    for (const name of ['closed', '']) await fs.chmod(review.inFolder(name), 0o755);
    await child.runAsPerson('recover', review.parent);
    assert.deepEqual(await stateOf(review), original);
  });

  for (const work of ['accept', 'undo'] as const)
    it(`are as before or as after, and closed, wherever a process dies in an ${work}`, async () => {
      let [step, ended] = [0, 0];
      const kill = async (now: number) => {
        const review = await changedFolder();
        if (work === 'undo') await child.runAsPerson('accept', review.parent);
        const wasKilled = await child.killPersonAt(now, work, review.parent);
        await child.runAsPerson('recover', review.parent);
        const isAccepted = (await fs.readdir(review.own)).includes('accept');
        assert.deepEqual(await stateOf(review), isAccepted ? accepted : original, `killed at step ${now}`);
        assert.equal((await review.changes()).length, isAccepted ? 0 : changeCount);
        if (!wasKilled) {
          ended += 1;
          assert.equal(isAccepted, work === 'accept');
        }
        await fs.rm(review.parent, { recursive: true });
      };
      const goOn = async () => {
        while (ended < enoughEnds)
          await kill((step += stride)).catch((error: unknown) => {
            ended = enoughEnds;
            throw error;
          });
      };
      await Promise.all(Array.from({ length: lanes }, goOn));
      assert.ok(step > 4 * changeCount);
    });
});
