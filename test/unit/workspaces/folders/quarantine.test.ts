import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Quarantine } from '../../../../src/workspaces/folders/quarantine.ts';
import { codeOf } from '../../../support/workspacesOnFake.ts';

describe('quarantine', () => {
  let parent: string;
  let root: string;
  let quarantine: Quarantine;
  /** What a container does until it is held still. */
  let untilStill: () => Promise<void>;
  let still: string[];
  beforeEach(async () => {
    parent = await fs.realpath(await fs.mkdtemp(join(tmpdir(), 'cordon-quarantine-')));
    root = join(parent, 'project');
    await fs.mkdir(join(root, 'sub/.vscode'), { recursive: true });
    await fs.writeFile(join(root, 'sub/.vscode/tasks.json'), '{}');
    [untilStill, still] = [() => Promise.resolve(), []];
    quarantine = new Quarantine(join(parent, 'kept'), async (folder, work) => {
      await untilStill();
      still.push(folder);
      return await work();
    });
  });
  afterEach(() => fs.rm(parent, { recursive: true }));

  it('keeps what is taken, tells where it was, and puts it back', async () => {
    const taken = await quarantine.take(root, 'sub/.vscode');
    assert.deepEqual(await fs.readdir(join(root, 'sub')), []);
    assert.deepEqual(await quarantine.list(), [taken]);
    assert.equal(taken.from, join(root, 'sub/.vscode'));
    await quarantine.restore(taken);
    assert.equal(await fs.readFile(join(root, 'sub/.vscode/tasks.json'), 'utf8'), '{}');
    assert.deepEqual(await quarantine.list(), []);
    assert.deepEqual(still, [join(root, 'sub')]);
  });

  it('puts nothing back through a link that came up since, or where its folder is gone', async () => {
    const taken = await quarantine.take(root, 'sub/.vscode');
    const outside = join(parent, 'home');
    await fs.mkdir(outside);
    untilStill = async () => {
      await fs.rmdir(join(root, 'sub'));
      await fs.symlink('../home', join(root, 'sub'));
    };
    assert.equal(await codeOf(quarantine.restore(taken)), 'folderForbidden');
    assert.deepEqual(await fs.readdir(outside), []);
    untilStill = () => fs.unlink(join(root, 'sub'));
    assert.equal(await codeOf(quarantine.restore(taken)), 'folderForbidden');
    assert.deepEqual(await quarantine.list(), [taken]);
    untilStill = () => fs.mkdir(join(root, 'sub'));
    await quarantine.restore(taken);
    assert.deepEqual(await fs.readdir(taken.from), ['tasks.json']);
  });

  it('takes a symbolic link as a link, and nothing through one', async () => {
    await fs.symlink('/etc', join(root, '.idea'));
    const { path } = await quarantine.take(root, '.idea');
    assert.equal(await fs.readlink(path), '/etc');
    await fs.symlink('/etc', join(root, 'out'));
    assert.equal(await codeOf(quarantine.take(root, 'out/passwd')), 'folderForbidden');
    assert.ok(await fs.stat('/etc/passwd'));
  });

  it('puts nothing in the place of something else', async () => {
    const taken = await quarantine.take(root, 'sub/.vscode');
    untilStill = () => fs.mkdir(taken.from).then(() => undefined);
    assert.equal(await codeOf(quarantine.restore(taken)), 'conflict');
    assert.deepEqual(await quarantine.list(), [taken]);
  });

  it('leaves nothing behind of what could not be taken, and passes over what it did not write', async () => {
    await assert.rejects(quarantine.take(root, 'missing'));
    await fs.mkdir(join(parent, 'kept/strange'), { recursive: true });
    await fs.writeFile(join(parent, 'kept/strange/cordon-quarantine.json'), 'no json');
    assert.deepEqual(await quarantine.list(), []);
    assert.deepEqual(await fs.readdir(join(parent, 'kept')), ['strange']);
  });
});
