import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireHeld, requireHeldFolders } from '../../../src/review/copies/heldFolders.ts';
import { mirrorForm, plainForm, type EntryForm } from '../../../src/review/entryForm.ts';
import { heldPath, OpenFolder, withFolder } from '../../../src/review/openFolder.ts';
import { failsWith } from '../../support/engine.ts';
import { foldingForm } from '../../support/foldingForm.ts';

describe('a folder that is held open', () => {
  let path: string;

  beforeEach(async () => {
    path = await fs.mkdtemp(join(tmpdir(), 'cordon-test-'));
  });
  afterEach(() => fs.rm(path, { recursive: true }));

  const open = <T>(form: EntryForm, work: (folder: OpenFolder) => Promise<T>) =>
    withFolder(OpenFolder.at(path, form), work);
  const bytes = (name: string) => Buffer.from(name);

  it('is found by its descriptor on Linux, and by its numbers on macOS', () => {
    const stats = { dev: 16_777_232n, ino: 12_884_901_888n };
    assert.equal(heldPath('linux', 7, stats), '/proc/self/fd/7/');
    assert.equal(heldPath('darwin', 7, stats), '/.vol/16777232/12884901888/');
  });

  it('is worked in only where this machine leads back to it', async () => {
    await requireHeldFolders([path]);
    await open(plainForm, async (folder) => {
      const refused = failsWith('engineUnsupported', /found by its number/);
      for (const look of [
        () => Promise.resolve(undefined),
        () => fs.lstat(tmpdir(), { bigint: true }),
        () => Promise.reject(new Error('EINVAL')),
      ])
        await assert.rejects(requireHeld({ stats: folder.stats, look }, path), refused);
    });
  });

  it('has names of its form, and so has every folder in it', async () => {
    await open(mirrorForm, async (folder) => {
      await fs.mkdir(folder.entry('Dir'));
      await withFolder(folder.folder(bytes('Dir')), async (inner) => {
        for (const name of ['a', 'A', 'e\u0301', 'é']) await fs.writeFile(inner.entry(name), name);
        await fs.writeFile(inner.entry(Buffer.from([0xff])), '');
        const names = (await inner.names()).map((name) => name.toString('latin1')).sort();
        assert.deepEqual(names, ['A', 'a', 'e\xcc\x81', '\xc3\xa9', '\xff']);
        await withFolder(inner.again(), async (same) => {
          assert.equal(await fs.readFile(same.entry('A'), 'utf8'), 'A');
        });
      });
      assert.equal(folder.lookNow(bytes('dir')), undefined);
    });
    assert.deepEqual(await fs.readdir(path), ['^dir']);
  });

  it('has nothing by a name that its disk cannot have', async () => {
    await open(mirrorForm, async (folder) => {
      const long = bytes('É'.repeat(120));
      assert.equal(await folder.look(long), undefined);
      assert.equal(folder.lookNow(long), undefined);
      await assert.rejects(folder.folder(long), { code: 'ENAMETOOLONG' });
    });
  });

  it('gives an entry by its very own name only, whatever its disk takes for the same', async () => {
    await fs.mkdir(join(path, 'Src'));
    await open(foldingForm(path), async (folder) => {
      const [own, other] = [bytes('Src'), bytes('SRC')];
      assert.ok(await folder.look(own));
      assert.ok(folder.lookNow(own));
      (await folder.folder(own)).close();
      assert.equal(await folder.look(other), undefined);
      assert.equal(folder.lookNow(other), undefined);
      await assert.rejects(folder.folder(other), { code: 'ENOENT' });
      assert.equal(await folder.isTaken(other), true);
      await fs.rename(join(path, 'Src'), join(path, 'SRC'));
      assert.ok(await folder.look(other));
      assert.equal(await folder.look(bytes('missing')), undefined);
    });
  });

  it('has marks of removals by its form', async () => {
    const [marked, other, file] = ['marked', 'other', 'file'].map((name) => join(path, name));
    execFileSync('mkfifo', ['-m', '000', marked!]);
    execFileSync('mkfifo', ['-m', '600', other!]);
    await fs.writeFile(file!, '', { mode: 0 });
    await open(mirrorForm, async (mirror) => {
      const isWhiteout = async (name: string, folder = mirror) =>
        folder.isWhiteout((await folder.look(bytes(name)))!);
      assert.deepEqual(await Promise.all(['marked', 'other', 'file'].map((name) => isWhiteout(name))), [
        true,
        false,
        false,
      ]);
      await open(plainForm, async (upper) => {
        assert.equal(await isWhiteout('marked', upper), false, 'a FIFO of the workspace');
        execFileSync('mknod', [join(path, 'gone'), 'c', '0', '0']);
        assert.equal(await isWhiteout('gone', upper), true);
        assert.equal(await isWhiteout('gone'), false);
      });
    });
  });
});
