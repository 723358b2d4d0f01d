import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Change } from '../../../src/review/change.ts';
import { mirrorForm } from '../../../src/review/entryForm.ts';
import { isDenied } from '../../../src/review/fileErrors.ts';
import { KnownPaths } from '../../../src/review/knownPaths.ts';
import { OpenFolder, withFolder } from '../../../src/review/openFolder.ts';
import { removeView } from '../../../src/review/removeView.ts';
import { Snapshots } from '../../../src/review/snapshots/snapshots.ts';
import { asPerson } from '../../support/asPerson.ts';
import { ownedByPerson } from '../../support/folders.ts';

describe('a snapshot', () => {
  let own: string;

  beforeEach(async () => {
    own = await fs.mkdtemp(join(tmpdir(), 'cordon-test-'));
    await fs.mkdir(join(own, 'upper'));
  });
  afterEach(() => fs.rm(own, { recursive: true }));

  it('removes what a killed process left of one', async () => {
    await fs.mkdir(join(own, 'snapshots', '0123456789abcdef.new', 'upper'), { recursive: true });
    const known = await KnownPaths.load(own);
    const { snapshot } = await withFolder(OpenFolder.at(join(own, 'upper')), (upper) =>
      new Snapshots(own).take('first', [], { upper, known }),
    );
    assert.deepEqual(await fs.readdir(join(own, 'snapshots')), [snapshot.id]);
  });

  it('has what is in folders that nobody may write into, can be gone back to, and is removed', async () => {
    await fs.mkdir(join(own, 'upper/closed/in'), { recursive: true });
    await fs.writeFile(join(own, 'upper/closed/in/file'), 'inside');
    for (const path of ['upper/closed/in', 'upper/closed']) await fs.chmod(join(own, path), 0o555);
    await ownedByPerson(own);
    const changes = ['closed', 'closed/in', 'closed/in/file'].map(
      (path) => ({ path, kind: 'added', type: path.endsWith('file') ? 'file' : 'folder' }) as Change,
    );
    await asPerson(async () => {
      const snapshots = new Snapshots(own);
      const known = await KnownPaths.load(own);
      const take = () =>
        withFolder(OpenFolder.at(join(own, 'upper')), (upper) =>
          snapshots.take('first', changes, { upper, known }),
        );
      const { snapshot, leftOut } = await take();
      assert.deepEqual(leftOut, []);
      const path = join(own, 'back');
      // a second time over what is there
      for (let times = 0; times < 2; times++)
        await snapshots.restore(snapshot.id, { path, form: mirrorForm });
      assert.equal(await fs.readFile(join(path, 'closed/in/file'), 'utf8'), 'inside');
      assert.equal((await fs.stat(join(path, 'closed/in'))).mode & 0o777, 0o555);
      await snapshots.remove(snapshot.id);
      await take();
      await removeView(own, () => Promise.reject(new Error('It is all ours.'))).catch((error: unknown) => {
        // what is around it is not the person's
        if (!isDenied(error)) throw error;
      });
    });
    assert.deepEqual(await fs.readdir(own).catch(() => []), []);
    await fs.mkdir(own, { recursive: true });
  });
});
