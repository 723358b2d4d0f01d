import assert from 'node:assert/strict';
import { promises } from 'node:fs';
import { mkdir, mkdtemp, readdir, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { CheckedFolder } from '../../../src/isolation/folderCheck.ts';
import { readBaseline } from '../../../src/review/baseline.ts';
import { keepAs, keptLayer, mirrorIn, upperIn } from '../../../src/review/keptLayer.ts';
import { swapLayer } from '../../../src/review/swapLayer.ts';
import { ViewFolders } from '../../../src/review/viewFolders.ts';
import { FakeViewFiles } from '../../support/fakeViewFiles.ts';
import { FakeEngine } from '../../support/fakeEngine.ts';
import { failsWith } from '../../support/engine.ts';
import { folder as fakeFolder, workspacesOnFake } from '../../support/workspacesOnFake.ts';
import { copyRules } from '../../support/copyRules.ts';

const id = '0123456789abcdef0123456789abcdef';

describe('the files of a view', () => {
  let parent: string;
  let files: ViewFolders;
  let folder: CheckedFolder;
  const never = () => Promise.reject(new Error('not needed'));

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'cordon-test-'));
    const path = join(parent, 'folder');
    await mkdir(path, { mode: 0o750 });
    files = new ViewFolders(join(parent, 'kept'), copyRules);
    folder = { path, ownerUid: process.getuid!(), ownerGid: process.getgid!(), device: 1n, inode: 1n };
  });

  afterEach(async () => {
    await rm(parent, { recursive: true });
  });

  it('are made once, with the mode of the folder and the time from which on changes of the host count', async () => {
    await files.prepare(id, folder);
    const { lower, upper, work } = files.places(id);
    assert.equal(await readlink(lower), folder.path);
    assert.equal((await stat(upper)).mode & 0o777, 0o750);
    assert.ok((await stat(work)).isDirectory());
    const since = await readBaseline(files.folderOf(id));
    await writeFile(join(upper, 'kept.txt'), '');
    const moved = join(parent, 'moved');
    await mkdir(moved);
    await files.prepare(id, { ...folder, path: moved });
    assert.equal(await readlink(lower), moved);
    assert.deepEqual(await readdir(upper), ['kept.txt']);
    assert.equal(await readBaseline(files.folderOf(id)), since);
    assert.deepEqual(await files.list(), [id]);
    await files.remove(id, never);
    assert.deepEqual(await files.list(), []);
  });

  /** Has a step fail before or after the `count`th rename, and all that comes after it, as the end of a process does. */
  const dyingAt = async (count: number, work: () => Promise<unknown>): Promise<boolean> => {
    const { rename, rm: remove, rmdir, unlink } = promises;
    let renames = 0;
    const dead = () => renames >= count;
    const alive = <A extends unknown[]>(call: (...about: A) => Promise<void>) => {
      return async (...about: A) => {
        if (dead()) throw new Error('dead');
        await call(...about);
      };
    };
    promises.rename = async (...about) => {
      if (dead()) throw new Error('dead');
      await rename(...about);
      renames += 1;
    };
    Object.assign(promises, { rm: alive(remove), rmdir: alive(rmdir), unlink: alive(unlink) });
    syncBuiltinESMExports();
    try {
      return await work().then(
        () => false,
        (error: unknown) => String(error).includes('dead'),
      );
    } finally {
      Object.assign(promises, { rename, rm: remove, rmdir, unlink });
      syncBuiltinESMExports();
    }
  };

  it('are all there before or after a swap of the layer, wherever a process dies', async () => {
    for (let count = 0, isDead = true; isDead; count += 1) {
      await files.remove(id, never);
      await files.prepare(id, folder);
      const own = files.folderOf(id);
      await writeFile(join(own, 'upper', 'old'), '');
      await mkdir(join(own, 'upper.back'));
      await writeFile(join(own, 'upper.back', 'new'), '');
      isDead = await dyingAt(count, () => swapLayer(own, 'upper', never));
      await files.prepare(id, folder);
      assert.deepEqual(await readdir(join(own, 'upper')), [count < 2 ? 'old' : 'new'], String(count));
      assert.deepEqual((await readdir(own)).sort(), ['baseline.json', 'lower', 'upper', 'work']);
      if (count > 5) break;
    }
  });

  it('have nothing of what a killed process left of an earlier layer once they are reset', async () => {
    await files.prepare(id, folder);
    const own = files.folderOf(id);
    await mkdir(join(own, 'upper.old'));
    await writeFile(join(own, 'upper.old', 'earlier'), '');
    await files.reset(id, folder, never);
    assert.deepEqual(await readdir(join(own, 'upper')), []);
    assert.deepEqual((await readdir(own)).sort(), ['baseline.json', 'lower', 'upper', 'work']);
  });

  it('are never taken for all there where a process dies while their old form is removed', async () => {
    await files.prepare(id, folder);
    const own = files.folderOf(id);
    await keepAs(mirrorIn(own), own);
    await writeFile(join(own, 'mirror', 'kept'), '');
    assert.equal(await dyingAt(2, () => keepAs(upperIn(own), own)), true);
    assert.equal((await keptLayer(own)).name, 'upper');
    await files.prepare(id, folder);
    assert.deepEqual(await readdir(join(own, 'upper')), ['kept']);
    assert.deepEqual((await readdir(own)).sort(), ['baseline.json', 'lower', 'upper', 'work']);
  });

  it('know which paths the view shows no more', async () => {
    await files.prepare(id, folder);
    const { upper } = files.places(id);
    await mkdir(join(upper, 'a/b'), { recursive: true });
    await writeFile(join(upper, 'a/file'), '');
    await symlink('elsewhere', join(upper, 'a/link'));
    const paths = ['.env', 'a/.env', 'a/b/.env', 'a/file', 'a/file/.env', 'a/link', 'a/link/.env'];
    assert.deepEqual(await files.shown(id, paths), ['.env', 'a/.env', 'a/b/.env', 'a/file']);
  });

  it('are never below the folder, and only of a disk whose clock is this machine’s', async () => {
    await assert.rejects(files.prepare(id, { ...folder, path: parent }), failsWith('folderForbidden'));
    await assert.rejects(files.prepare(id, { ...folder, path: '/proc' }), failsWith('invalidRequest'));
    assert.deepEqual(await files.list(), []);
  });

  it('lose what trials of killed processes left, and none of those that live', async () => {
    const kept = join(parent, 'kept');
    const by = (owner: number) => new ViewFolders(kept, { ...copyRules, owner, isAlive: (pid) => pid === 2 });
    for (const owner of [1, 2, 3]) await by(owner).prepareTrial();
    await by(3).removeTrials(never);
    const left = await readdir(kept);
    assert.deepEqual(left.map((name) => name.replace(/-[0-9a-f]{16}$/, '')).sort(), ['trial-2', 'trial-3']);
  });

  it('are not asked for where an engine cannot mount them, and nothing is left', async () => {
    const engine = new FakeEngine();
    engine.mountsViews = false;
    engine.openCopy = () => ({
      put: (archive) => finished(archive.resume()),
      get: () => Promise.reject(new Error('nothing was written')),
      has: () => Promise.resolve(true),
      remove: () => Promise.resolve(true),
    });
    const { service } = workspacesOnFake({ engine, viewFiles: files });
    await assert.rejects(
      service.create({ name: 'demo', folder: folder.path, mount: 'review' }),
      failsWith('engineUnsupported', /overlay/),
    );
    assert.deepEqual(await engine.listCopies(), []);
    assert.deepEqual(service.list(), []);
    assert.deepEqual(await readdir(join(parent, 'kept')), []);
    assert.equal(engine.containers.size + engine.networks.size + engine.volumes.size, 0);
  });

  it('go with the record of their workspace, however that ends', async () => {
    const viewFiles = new FakeViewFiles();
    const { service, engine } = workspacesOnFake({ viewFiles });
    const request = { name: 'demo', folder: fakeFolder, mount: 'review' } as const;
    const { id: viewId } = await service.create(request);
    assert.deepEqual([...engine.volumes.keys()], [`cordon-view-${viewId}`]);
    await service.archive(viewId);
    assert.deepEqual([engine.volumes.size, viewFiles.removed], [0, []], 'an archive keeps the changes');
    await service.remove(viewId);
    assert.deepEqual(viewFiles.removed, [viewId]);
    for (const step of [
      'canMountView',
      'createViewVolume',
      'createdViewVolume',
      'createContainer',
      'startContainer',
    ]) {
      engine.before = (name) => {
        if (name === step) throw new Error('no');
      };
      const before = viewFiles.removed.length;
      // An engine that mounted a view once is not tried again.
      if (step === 'canMountView') await service.create(request).then(({ id: made }) => service.remove(made));
      else await assert.rejects(service.create(request), step);
      engine.before = () => undefined;
      assert.equal(viewFiles.removed.length, before + 1, step);
      assert.deepEqual([service.list().length, engine.volumes.size, engine.containers.size], [0, 0, 0], step);
    }
  });
});
