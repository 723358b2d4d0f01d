import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { FolderWatches } from '../../../../src/workspaces/folders/folderWatches.ts';
import { MemoryLog } from '../../../support/memoryLog.ts';
import { WatchedStore } from '../../../support/watchedStore.ts';
import { emptyScan } from '../../../support/workspacesOnFake.ts';

describe('the watches of folders', () => {
  it('do not begin for a workspace that stopped while its folder was looked up', async () => {
    const store = new WatchedStore();
    let found: (folder: string) => void = () => undefined;
    let begun = 0;
    const watches = new FolderWatches({
      store,
      isWatchedHere: () => true,
      resolveFolder: () => new Promise((resolve) => (found = resolve)),
      patterns: () => ({ protectedPaths: [], hiddenPaths: [] }),
      watchFolder: () => {
        begun++;
        return {
          ...{ onDidChange: () => ({ dispose: () => undefined }), dispose: () => undefined },
          ...{ isComplete: true, isCached: true, current: () => Promise.resolve(emptyScan) },
        };
      },
      log: new MemoryLog(),
    });
    store.put('a', 'running');
    store.put('a', 'stopped');
    found('/projects/demo');
    await setImmediate();
    assert.deepEqual([begun, watches.rootOf('a')], [0, undefined]);
    store.put('a', 'running');
    found('/projects/demo');
    await setImmediate();
    assert.deepEqual([begun, watches.rootOf('a')], [1, '/projects/demo']);
    watches.dispose();
    store.dispose();
  });
});
