import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PathRules } from '../../../src/isolation/pathRules.ts';
import { AcceptJournal } from '../../../src/review/acceptJournal.ts';
import { applyChanges } from '../../../src/review/applyChanges.ts';
import { stampOf } from '../../../src/review/change.ts';
import { chooseChanges } from '../../../src/review/chooseChanges.ts';
import { Comparisons } from '../../../src/review/comparisons.ts';
import { ExcludedPaths } from '../../../src/review/excludedPaths.ts';
import { SeenFolders } from '../../../src/review/seenFolders.ts';
import { KnownPaths } from '../../../src/review/knownPaths.ts';
import { listChanges, type ChangeSources } from '../../../src/review/listChanges.ts';
import { OpenFolder } from '../../../src/review/openFolder.ts';
import { undoChanges } from '../../../src/review/undoChanges.ts';
import { whileLocked } from '../../../src/review/viewLock.ts';
import { failsWith } from '../../support/engine.ts';
import { folderState } from '../../support/folderState.ts';

const shown: ChangeSources['showsBelow'] = (folders) =>
  Promise.resolve(new Map(folders.map(({ path }) => [path, true])));

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
    for (const each of [upper, lower]) each.close();
    await Promise.all(journals.map((each) => each.close()));
    await rm(own, { recursive: true });
  });

  const list = async (known?: KnownPaths, showsBelow: ChangeSources['showsBelow'] = shown) => {
    const comparisons = new Comparisons();
    const sources = { upper, lower, known: known ?? (await KnownPaths.load(own)), sinceNs: 1n << 62n };
    const { changes } = await listChanges({
      ...{ ...sources, seen: await SeenFolders.load(own, sources) },
      rules: new PathRules({ protectedPaths: [], hiddenPaths: [] }),
      isSame: (a, b) => comparisons.isSame(a, b),
      isBinary: (file) => comparisons.isBinary(file),
      showsBelow,
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

  const inBoth = async (...paths: readonly string[]) => {
    for (const root of [inUpper(''), inLower('')])
      for (const path of paths) await mkdir(join(root, path), { recursive: true });
  };

  it('are asked about once for all folders that may have been made anew, and only for those', async () => {
    await inBoth('d/e', 'same', 'whole');
    for (const path of ['d/e/x', 'd/y', 'whole/z']) await writeFile(inLower(path), '');
    for (const path of ['whole/z', 'd/own']) await writeFile(inUpper(path), '');
    await mkdir(inUpper('d/new/inner'), { recursive: true });
    const asked: unknown[] = [];
    const find = async (isShown: boolean) => {
      const changes = await list(undefined, (folders) => {
        asked.push(folders.map(({ path }) => path).sort());
        return Promise.resolve(new Map(folders.map(({ path }) => [path, isShown])));
      });
      return changes.filter(({ kind }) => kind === 'deleted').map(({ path }) => path);
    };
    assert.deepEqual(await find(true), []);
    assert.deepEqual(asked, [['d', 'd/e']]);
    assert.deepEqual(await find(false), ['d/e/x', 'd/y']);
  });

  it('are asked about by what Cordon put into a folder, where the folder has nothing else', async () => {
    await inBoth('d', 'e');
    for (const path of ['d/a', 'd/b', 'd/c', 'e/put', 'e/other']) await writeFile(inLower(path), '');
    await symlink('a', inLower('d/_link'));
    const known = await KnownPaths.load(own);
    for (const path of ['d/_link', 'd/a', 'd/b', 'd/c', 'e/put'])
      known.set(path, { lower: stampOf(await lstat(inLower(path), { bigint: true })) });
    const asked: unknown[] = [];
    await list(known, (folders) => {
      for (const { path, put } of folders)
        asked.push([path, put?.every(({ isLink }) => !isLink), put?.length]);
      return shown(folders);
    });
    assert.deepEqual(asked.sort(), [
      ['d', true, 3],
      ['e', undefined, undefined],
    ]);
  });

  it('are not told where a folder is not there any more when it is asked about', async () => {
    await inBoth('d');
    await writeFile(inLower('d/x'), '');
    const gone = async () => {
      await rm(inUpper('d'), { recursive: true });
      return new Map([['d', false]]);
    };
    await assert.rejects(list(undefined, gone), failsWith('conflict'));
  });

  it('cannot be accepted where the folder has a device, a socket or a FIFO', async () => {
    await mkdir(inLower('d'));
    await mkdir(inUpper('d'));
    for (const name of ['replaced', 'covered', 'd/gone']) execFileSync('mkfifo', [inLower(name)]);
    await writeFile(inUpper('replaced'), 'a file now');
    await mkdir(inUpper('covered'));
    const madeAnew = (folders: readonly { path: string }[]) =>
      Promise.resolve(new Map(folders.map(({ path }) => [path, false])));
    const changes = await list(undefined, madeAnew);
    assert.deepEqual(
      changes.map(({ path, kind, blocker }) => [path, kind, blocker]),
      [
        ['covered', 'modified', 'special'],
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
