import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { CordonError } from '../../../../src/shared/errors.ts';
import { FakeEngine } from '../../../support/fakeEngine.ts';
import { MemoryStorage } from '../../../support/memoryStorage.ts';
import { codeOf, emptyScan, workspacesOnFake } from '../../../support/workspacesOnFake.ts';

describe('the guard of a folder', () => {
  let root: string;
  beforeEach(async () => {
    root = await fs.mkdtemp(join(tmpdir(), 'cordon-guard-'));
  });
  afterEach(() => fs.rm(root, { recursive: true }));

  it('goes by the patterns of the start while a workspace runs, whatever becomes of the settings', async () => {
    await fs.writeFile(join(root, '.env'), '');
    let hiddenPaths: string[] = [];
    const core = workspacesOnFake({
      pathPatterns: () => ({ protectedPaths: [], hiddenPaths }),
      watchFolder: () => ({
        ...{ onDidChange: () => ({ dispose: () => undefined }), dispose: () => undefined },
        ...{ isComplete: true, isCached: false },
        current: () => Promise.resolve({ ...emptyScan, masked: ['.env'] }),
      }),
    });
    const paused = new Promise<void>((resolve) => {
      core.service.onDidChange(({ current }) => {
        if (current?.container.kind === 'paused') resolve();
      });
    });
    const { id } = await core.service.create({ name: 'guarded', folder: pathToFileURL(root).href });
    await paused;
    hiddenPaths = ['more'];
    assert.equal(await codeOf(core.service.resume(id)), 'conflict');
    const { findings } = await core.service.isolationReport(id);
    assert.equal(findings.find((each) => each.id === 'folder-watch')?.actual, 'the whole folder');
    core.dispose();
  });

  describe('in a window that does not watch it', () => {
    /** A workspace that another window paused, with a secret that came up after its start. */
    async function pausedElsewhere(lookUp: () => Promise<unknown>) {
      const engine = new FakeEngine();
      const memory = new MemoryStorage();
      const other = workspacesOnFake({ engine, memory });
      const { id } = await other.service.create({ name: 'guarded', folder: pathToFileURL(root).href });
      await other.service.pause(id);
      other.dispose();
      await fs.writeFile(join(root, '.env'), '');
      const checked = { path: root, ownerUid: 1000, ownerGid: 1000, device: 1n, inode: 2n };
      const core = workspacesOnFake({
        ...{ engine, memory, isOpenHere: () => false },
        checkFolder: () => lookUp().then(() => checked),
        watchFolder: () => ({
          ...{ onDidChange: () => ({ dispose: () => undefined }), dispose: () => undefined },
          ...{ isComplete: true, isCached: false },
          current: () => Promise.resolve({ ...emptyScan, masked: ['.env'] }),
        }),
      });
      return { ...core, id };
    }

    it('looks at the folder before a workspace goes on, however long that takes', async () => {
      const slowly = async () => {
        for (let turn = 0; turn < 100; turn++) await setImmediate();
      };
      const core = await pausedElsewhere(slowly);
      assert.equal(await codeOf(core.service.resume(core.id)), 'conflict');
      assert.equal(core.service.get(core.id)?.container.kind, 'paused');
      core.dispose();
    });

    it('lets nothing run on for a restart that sees what is to be kept from it', async () => {
      const core = await pausedElsewhere(() => Promise.resolve());
      await core.service.restart(core.id);
      assert.equal(core.service.get(core.id)?.container.kind, 'running');
      assert.ok(core.engine.calls.includes('killContainer'));
      for (const call of ['restartContainer', 'resumeContainer', 'stopContainer'])
        assert.ok(!core.engine.calls.includes(call), call);
      core.dispose();
    });

    it('lets nothing go on whose folder cannot be looked up', async () => {
      const core = await pausedElsewhere(() =>
        Promise.reject(new CordonError('folderNotFound', 'It is gone.')),
      );
      assert.equal(await codeOf(core.service.resume(core.id)), 'folderNotFound');
      assert.equal(core.service.get(core.id)?.container.kind, 'paused');
      core.dispose();
    });
  });
});
