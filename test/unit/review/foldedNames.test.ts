import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PathRules } from '../../../src/isolation/pathRules.ts';
import { AcceptJournal } from '../../../src/review/acceptJournal.ts';
import { applyChanges } from '../../../src/review/applyChanges.ts';
import { chooseChanges } from '../../../src/review/chooseChanges.ts';
import { Comparisons } from '../../../src/review/comparisons.ts';
import { plainForm } from '../../../src/review/entryForm.ts';
import { ExcludedPaths } from '../../../src/review/excludedPaths.ts';
import { KnownPaths } from '../../../src/review/knownPaths.ts';
import { listChanges } from '../../../src/review/listChanges.ts';
import { OpenFolder } from '../../../src/review/openFolder.ts';
import { SeenFolders } from '../../../src/review/seenFolders.ts';
import { undoChanges } from '../../../src/review/undoChanges.ts';
import { foldingForm } from '../../support/foldingForm.ts';
import { folderState } from '../../support/folderState.ts';

describe('a folder on a disk that takes names for the same', () => {
  let own: string;
  let upper: OpenFolder;
  let lower: OpenFolder;
  let known: KnownPaths;
  let journal: AcceptJournal | undefined;
  const inUpper = (path: string) => join(own, 'upper', path);
  const inLower = (path: string) => join(own, 'lower', path);

  const open = async (form = foldingForm(inLower(''))) => {
    upper = await OpenFolder.at(inUpper(''));
    lower = await OpenFolder.at(inLower(''), form);
    known = await KnownPaths.load(own);
  };

  beforeEach(async () => {
    own = await fs.mkdtemp(join(tmpdir(), 'cordon-test-'));
    for (const name of ['upper', 'lower']) await fs.mkdir(join(own, name));
  });
  afterEach(async () => {
    for (const each of [upper, lower]) each.close();
    await journal?.close();
    await fs.rm(own, { recursive: true });
  });

  const list = async () => {
    const comparisons = new Comparisons();
    const sources = { upper, lower, known, sinceNs: 1n << 62n };
    const { changes } = await listChanges({
      ...{ ...sources, seen: await SeenFolders.load(own, sources) },
      rules: new PathRules({ protectedPaths: [], hiddenPaths: [] }),
      isSame: (a, b) => comparisons.isSame(a, b),
      isBinary: (file) => comparisons.isBinary(file),
      showsBelow: (folders) => Promise.resolve(new Map(folders.map(({ path }) => [path, true]))),
      excluded: new ExcludedPaths([]),
      wasSeen: () => true,
    });
    return changes;
  };
  const listed = async () => (await list()).map(({ path, kind }) => `${path} ${kind}`);
  const acceptAll = async () => {
    await journal?.close();
    journal = await AcceptJournal.begin(own, 1);
    const { chosen } = chooseChanges(await list());
    const { accepted, refused } = await applyChanges(chosen, { upper, lower, known, journal });
    return { accepted, refused: refused.map(({ path, reason }) => `${path} ${reason}`) };
  };

  it('keeps what it has, whatever comes up beside that by another name for the same', async () => {
    await fs.writeFile(inLower('readme.md'), 'of the person');
    await fs.mkdir(inLower('empty'));
    await fs.mkdir(inLower('src'));
    await fs.writeFile(inUpper('README.MD'), 'of the workspace');
    await fs.mkdir(inUpper('EMPTY'));
    await fs.mkdir(inUpper('Src'));
    await fs.writeFile(inUpper('Src/x'), 'new');
    await fs.symlink('x', inUpper('SRC'));
    const before = await folderState(inLower(''));
    await open();
    const all = ['EMPTY', 'README.MD', 'SRC', 'Src', 'Src/x'];
    assert.deepEqual(
      await listed(),
      all.map((path) => `${path} added`),
    );
    const { accepted, refused } = await acceptAll();
    assert.deepEqual([accepted, refused.sort()], [[], all.map((path) => `${path} conflict`)]);
    assert.deepEqual(await folderState(inLower('')), before);
  });

  it('gets the first of two new ones, and not the second one over it', async () => {
    await fs.writeFile(inUpper('A'), 'A');
    await open();
    assert.deepEqual(await acceptAll(), { accepted: ['A'], refused: [] });
    await fs.writeFile(inUpper('a'), 'a');
    assert.deepEqual(await acceptAll(), { accepted: [], refused: ['a conflict'] });
    assert.deepEqual(await fs.readdir(inLower('')), ['A']);
    assert.equal(await fs.readFile(inLower('A'), 'utf8'), 'A');
    assert.deepEqual(await listed(), ['a added']);
  });

  it('gets files by other names where the old ones go, and back', async () => {
    const old = ['a', 'b', 'c', 'd', 'e', 'f', 'readme.md'];
    const made = old.map((name) => name.toUpperCase());
    for (const name of old) {
      await fs.writeFile(inLower(name), 'old');
      execFileSync('mknod', [inUpper(name), 'c', '0', '0']);
      await fs.writeFile(inUpper(name.toUpperCase()), 'new');
    }
    await open();
    const changes = [...made.map((name) => `${name} added`), ...old.map((name) => `${name} deleted`)];
    assert.deepEqual((await listed()).sort(), changes.sort());
    assert.deepEqual((await acceptAll()).refused, []);
    assert.deepEqual((await fs.readdir(inLower(''))).sort(), made);
    const content = await journal!.read();
    const { kept } = await undoChanges(lower, known, journal!, content!);
    assert.deepEqual(kept, []);
    assert.deepEqual((await fs.readdir(inLower(''))).sort(), old);
    assert.equal(await fs.readFile(inLower('readme.md'), 'utf8'), 'old');
  });

  it('may find a repository by names in capitals', async () => {
    await fs.mkdir(inLower('bare'));
    await fs.writeFile(inLower('bare/head'), '');
    await fs.mkdir(inUpper('bare/OBJECTS'), { recursive: true });
    await fs.mkdir(inUpper('bare/ref\u017f'));
    await fs.writeFile(inUpper('bare/config'), '');
    await open(plainForm);
    const found = (await list()).map(({ path, dangers }) => `${path} ${dangers.join(' ')}`);
    assert.deepEqual(found, ['bare/OBJECTS protected', 'bare/config protected', 'bare/ref\u017f protected']);
  });

  it('refuses names that its disk cannot have, and gets all others', async () => {
    for (const name of ['fine', 'odd']) await fs.writeFile(inUpper(name), name);
    await fs.mkdir(inUpper('odd folder'));
    await fs.writeFile(inUpper('odd folder/x'), '');
    await fs.symlink('fine', inUpper('odd link'));
    const isOdd = (name: Buffer) => name.toString().startsWith('odd');
    await open({ ...plainForm, onDisk: (name) => (isOdd(name) ? Buffer.alloc(300, 'o') : name) });
    const { accepted, refused } = await acceptAll();
    assert.deepEqual(accepted, ['fine']);
    assert.deepEqual(refused.sort(), ['odd folder name', 'odd folder/x name', 'odd link name', 'odd name']);
    assert.deepEqual(await fs.readdir(inLower('')), ['fine']);
  });
});
