import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PathRules } from '../../../src/isolation/pathRules.ts';
import { AcceptJournal } from '../../../src/review/acceptJournal.ts';
import { applyChanges } from '../../../src/review/applyChanges.ts';
import { chooseChanges } from '../../../src/review/chooseChanges.ts';
import { Comparisons } from '../../../src/review/comparisons.ts';
import { ExcludedPaths } from '../../../src/review/excludedPaths.ts';
import { KnownPaths } from '../../../src/review/knownPaths.ts';
import { listChanges } from '../../../src/review/listChanges.ts';
import { OpenFolder } from '../../../src/review/openFolder.ts';
import { undoChanges } from '../../../src/review/undoChanges.ts';
import { whileLocked } from '../../../src/review/viewLock.ts';
import { failsWith } from '../../support/engine.ts';
import { folderState } from '../../support/folderState.ts';

describe('changes between two folders', () => {
  let own: string;
  let upper: OpenFolder;
  let journals: AcceptJournal[];
  let lower: OpenFolder;
  const inUpper = (path: string) => join(own, 'upper', path);
  const inLower = (path: string) => join(own, 'lower', path);

  beforeEach(async () => {
    journals = [];
    own = await mkdtemp(join(tmpdir(), 'cordon-test-'));
    for (const name of ['upper', 'lower']) await mkdir(join(own, name));
    upper = await OpenFolder.at(join(own, 'upper'));
    lower = await OpenFolder.at(join(own, 'lower'));
  });

  afterEach(async () => {
    await Promise.all([upper, lower, ...journals].map((each) => each.close()));
    await rm(own, { recursive: true });
  });

  const list = async (known?: KnownPaths, isShown: (path: string) => boolean = () => true) => {
    const comparisons = new Comparisons();
    const { changes } = await listChanges({
      ...{ upper, lower, known: known ?? (await KnownPaths.load(own)) },
      sinceNs: 1n << 62n,
      rules: new PathRules({ protectedPaths: [], hiddenPaths: [] }),
      isSame: (a, b) => comparisons.isSame(a, b),
      isShown: (path) => Promise.resolve(isShown(path)),
      excluded: new ExcludedPaths([]),
      wasSeen: () => true,
    });
    return changes;
  };
  const applied = async () => {
    const known = await KnownPaths.load(own);
    const { chosen } = chooseChanges(await list(known));
    const journal = await AcceptJournal.begin(own, 1);
    journals.push(journal);
    return { chosen, known, journal, apply: () => applyChanges(chosen, { upper, lower, known, journal }) };
  };

  it('are asked about where a folder may have been made anew, and only there', async () => {
    await mkdir(inUpper('d/e'), { recursive: true });
    await mkdir(inLower('d/e'), { recursive: true });
    await writeFile(inLower('d/e/x'), '');
    await writeFile(inLower('d/y'), '');
    const asked: string[] = [];
    const find = async (isShown: boolean) =>
      (
        await list(undefined, (path) => {
          asked.push(path);
          return isShown;
        })
      ).map(({ path, kind }) => `${path} ${kind}`);
    assert.deepEqual(await find(true), []);
    assert.deepEqual(asked, ['d/e/x', 'd/y']);
    assert.deepEqual(await find(false), ['d/e/x deleted', 'd/y deleted']);
  });

  it('cannot be accepted where the folder has a device, a socket or a FIFO', async () => {
    await mkdir(inLower('d'));
    await mkdir(inUpper('d'));
    for (const name of ['replaced', 'd/gone']) execFileSync('mkfifo', [inLower(name)]);
    await writeFile(inUpper('replaced'), 'a file now');
    const changes = await list(undefined, () => false);
    assert.deepEqual(
      changes.map(({ path, kind, blocker }) => [path, kind, blocker]),
      [
        ['d/gone', 'deleted', 'special'],
        ['replaced', 'modified', 'special'],
      ],
    );
  });

  it('are refused where anything was put in between after they were listed', async () => {
    await mkdir(inLower('d'));
    for (const name of ['file', 'd/swapped', 'gone']) await writeFile(inLower(name), 'before');
    await mkdir(inUpper('d'));
    for (const name of ['file', 'd/swapped', 'gone', 'new', 'grown'])
      await writeFile(inUpper(name), 'after!');
    const { apply } = await applied();
    await writeFile(inLower('file'), 'host');
    await rename(inLower('d'), inLower('real'));
    await symlink('real', inLower('d'));
    await rm(inLower('gone'));
    await writeFile(inLower('new'), 'host');
    await writeFile(inUpper('grown'), 'more and more');
    const before = await folderState(inLower(''));
    const { accepted, refused } = await apply();
    assert.deepEqual(accepted, []);
    assert.ok(refused.every(({ reason }) => reason === 'conflict'));
    assert.equal(refused.length, 5);
    assert.deepEqual(await folderState(inLower('')), before, 'and nothing is left behind');
  });

  it('can be undone from any point of an accept on', async () => {
    const make = async () => {
      for (const name of await readdir(own))
        if (name !== 'upper' && name !== 'lower') await rm(join(own, name), { recursive: true });
      for (const root of ['upper', 'lower'])
        for (const name of await readdir(join(own, root)))
          await rm(join(own, root, name), { recursive: true });
      await mkdir(inLower('f'));
      await writeFile(inLower('a'), 'a');
      await writeFile(inLower('f/x'), 'x');
      await writeFile(inUpper('a'), 'a2');
      await chmod(inUpper('a'), 0o4755);
      await mkdir(inUpper('n'));
      await writeFile(inUpper('n/new'), 'new');
      await symlink('a', inUpper('n/link'));
    };
    await make();
    const { apply, journal } = await applied();
    await apply();
    const whole = await readFile(join(journal.folder, 'journal'), 'utf8');
    const count = whole.trimEnd().split('\n').length;
    assert.ok(count >= 9);
    for (let lines = 1; lines <= count; lines += 1) {
      await make();
      const before = await folderState(inLower(''));
      const attempt = await applied();
      const text = () => readFile(join(attempt.journal.folder, 'journal'), 'utf8');
      // The process ends right after a line was written: what would come after that line never happens.
      const write = attempt.journal.change.bind(attempt.journal);
      attempt.journal.change = async (step) => {
        await write(step);
        if ((await text()).trimEnd().split('\n').length >= lines) throw new Error('killed');
      };
      await attempt.apply().catch(() => undefined);
      const content = await attempt.journal.read();
      assert.equal(content?.isDone, false);
      const { kept } = await undoChanges(lower, attempt.known, attempt.journal, content);
      assert.deepEqual(kept, []);
      assert.deepEqual(await folderState(inLower('')), before, `${lines} of ${count}`);
    }
  });

  it('never carry bits that let a program run as somebody else', async () => {
    await writeFile(inUpper('run'), '');
    await chmod(inUpper('run'), 0o6755);
    await (await applied()).apply();
    assert.deepEqual(await folderState(inLower('')), { run: 'file 755 ' });
    assert.deepEqual((await list()).length, 0, 'what was left out is no change for ever');
  });

  it('are made by one window at a time', async () => {
    const mine = { owner: 1, isAlive: () => true };
    await whileLocked(own, mine, async () => {
      await assert.rejects(
        whileLocked(own, { ...mine, owner: 2 }, () => Promise.resolve()),
        failsWith('conflict'),
      );
      await whileLocked(own, { owner: 2, isAlive: () => false }, () => Promise.resolve());
    });
    assert.equal(await whileLocked(own, mine, () => Promise.resolve('free')), 'free');
  });
});
