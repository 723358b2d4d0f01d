import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
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
});
