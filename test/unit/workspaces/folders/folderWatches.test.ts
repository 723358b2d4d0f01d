import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Emitter } from '../../../../src/shared/event.ts';
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
      onDidChangeOpenFolders: new Emitter<undefined>().event,
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

  describe('whose folder could not be looked up', () => {
    let store: WatchedStore;
    let log: MemoryLog;
    let watches: FolderWatches;
    let lookups: number;
    let isThere: boolean;
    let isBusy: boolean;
    let opened: Emitter<undefined>;
    beforeEach(() => {
      mock.timers.enable({ apis: ['setTimeout'] });
      [store, log, lookups, isThere, isBusy] = [new WatchedStore(), new MemoryLog(), 0, false, true];
      opened = new Emitter<undefined>();
      watches = new FolderWatches({
        store,
        isWatchedHere: () => isBusy,
        onDidChangeOpenFolders: opened.event,
        resolveFolder: () => {
          lookups++;
          return isThere ? Promise.resolve('/projects/demo') : Promise.reject(new Error('away'));
        },
        patterns: () => ({ protectedPaths: [], hiddenPaths: [] }),
        watchFolder: () => ({
          ...{ onDidChange: () => ({ dispose: () => undefined }), dispose: () => undefined },
          ...{ isComplete: true, isCached: true, current: () => Promise.resolve(emptyScan) },
        }),
        log,
      });
    });
    afterEach(() => {
      watches.dispose();
      store.dispose();
      mock.timers.reset();
    });
    it('are watched as soon as this window has the folder open', async () => {
      [isThere, isBusy] = [true, false];
      store.put('a', 'running');
      await setImmediate();
      assert.equal(watches.rootOf('a'), undefined);
      isBusy = true;
      opened.fire(undefined);
      await setImmediate();
      assert.equal(watches.rootOf('a'), '/projects/demo');
    });

    const pass = async (forMs: number) => {
      mock.timers.tick(forMs);
      for (let turn = 0; turn < 5; turn++) await setImmediate();
    };

    it('begin soon after it can be, and tell of it once', async () => {
      store.put('a', 'running');
      await pass(0);
      isBusy = false;
      await pass(600);
      assert.deepEqual([lookups, watches.rootOf('a')], [2, undefined]);
      isThere = true;
      await pass(1100);
      assert.deepEqual([lookups, watches.rootOf('a')], [3, '/projects/demo']);
      await pass(600_000);
      assert.equal(lookups, 3);
      assert.deepEqual(log.lines.filter((line) => line.startsWith('warn')).length, 1, log.lines.join('\n'));
    });

    it('are not tried for any more once the workspace stopped, or the window closed', async () => {
      for (const end of [
        () => {
          store.put('a', 'stopped');
        },
        () => {
          store.remove('a');
        },
        () => {
          watches.dispose();
        },
      ]) {
        store.put('a', 'running');
        await pass(0);
        const before = lookups;
        end();
        await pass(600_000);
        assert.equal(lookups, before);
      }
    });
  });
});
