import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { promises } from 'node:fs';
import * as fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Change } from '../../../src/review/change.ts';
import { discardChanges } from '../../../src/review/discardChanges.ts';
import { OpenFolder, withFolder } from '../../../src/review/openFolder.ts';
import { failsWith } from '../../support/engine.ts';
import { folderState } from '../../support/folderState.ts';
import { ownedByPerson } from '../../support/folders.ts';

describe('discarding single changes', () => {
  let parent: string;
  const inUpper = (path: string) => join(parent, 'upper', path);
  const inLower = (path: string) => join(parent, 'lower', path);

  beforeEach(async () => {
    parent = await fs.mkdtemp(join(tmpdir(), 'cordon-test-'));
    for (const path of [inUpper('d'), inLower('d')]) await fs.mkdir(path, { recursive: true });
    await fs.writeFile(inLower('d/gone.txt'), 'of the folder');
  });
  afterEach(() => fs.rm(parent, { recursive: true }));

  const discard = (...changes: readonly Pick<Change, 'path' | 'kind'>[]) =>
    withFolder(OpenFolder.at(inUpper('')), (upper) =>
      withFolder(OpenFolder.at(inLower('')), (lower) =>
        discardChanges(
          changes.map((change) => ({ type: 'file', conflict: false, dangers: [], ...change })),
          { upper, lower },
        ),
      ),
    );

  it('brings nothing back of a file that the person saves meanwhile', async () => {
    const { open } = promises;
    promises.open = async (...about) => {
      const file = await open(...about);
      if (about[1] === 'wx') await fs.writeFile(inLower('d/gone.txt'), 'of the person');
      return file;
    };
    syncBuiltinESMExports();
    try {
      await assert.rejects(
        discard({ path: 'd/gone.txt', kind: 'deleted' }),
        failsWith('conflict', /"d\/gone\.txt" is just being changed/),
      );
    } finally {
      promises.open = open;
      syncBuiltinESMExports();
    }
    assert.deepEqual(await folderState(inUpper('')), { d: 'folder 755' });
    await discard({ path: 'd/gone.txt', kind: 'deleted' });
    assert.deepEqual(await folderState(inUpper('')), {
      d: 'folder 755',
      'd/gone.txt': 'file 644 of the person',
    });
  });

  it('leaves a folder closed that is closed to its owner, whatever it takes out of it and brings back', async () => {
    await fs.mkdir(inUpper('d/new'));
    await fs.writeFile(inUpper('d/new.txt'), 'of the workspace');
    execFileSync('mknod', [inUpper('d/marked.txt'), 'c', '0', '0']);
    await fs.writeFile(inLower('d/marked.txt'), 'of the folder');
    await ownedByPerson(parent);
    await fs.chmod(inUpper('d'), 0o555);
    await asPerson(() =>
      discard(
        { path: 'd/gone.txt', kind: 'deleted' },
        { path: 'd/marked.txt', kind: 'deleted' },
        { path: 'd/new', kind: 'added' },
        { path: 'd/new.txt', kind: 'added' },
      ),
    );
    assert.deepEqual(await folderState(inUpper('')), {
      d: 'folder 555',
      'd/gone.txt': 'file 644 of the folder',
    });
  });
});

/** Runs `work` as an ordinary user where this process is root. */
async function asPerson(work: () => Promise<void>): Promise<void> {
  const { getuid } = process;
  if (getuid!() !== 0) {
    await work();
    return;
  }
  process.getuid = () => 1000;
  process.seteuid!(1000);
  try {
    await work();
  } finally {
    process.seteuid!(0);
    process.getuid = getuid!;
  }
}
