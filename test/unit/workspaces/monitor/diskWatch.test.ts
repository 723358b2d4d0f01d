import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { findProfile } from '../../../../src/isolation/ownProfiles.ts';
import { Emitter } from '../../../../src/shared/event.ts';
import { DiskWatch } from '../../../../src/workspaces/monitor/diskWatch.ts';
import type { SecurityFinding } from '../../../../src/workspaces/monitor/securityReporter.ts';
import { MemoryLog } from '../../../support/memoryLog.ts';
import { WatchedStore } from '../../../support/watchedStore.ts';

const gib = 1024 ** 3;

describe('the watch over the disk', () => {
  let store: WatchedStore;
  let watch: DiskWatch;
  let findings: SecurityFinding[];
  let asked: number;
  let free: number | undefined;
  let isEmpty: boolean;
  const emptyChanges = new Emitter<undefined>();

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
    store = new WatchedStore();
    [findings, asked, free, isEmpty] = [[], 0, 10 * gib, false];
    watch = new DiskWatch({
      store,
      stats: { isEmpty: () => isEmpty, onDidChangeEmpty: emptyChanges.event },
      engines: store.engine,
      disk: {
        freeBytes: () => {
          asked++;
          return Promise.resolve(free);
        },
        bytesChangedSince: () => Promise.resolve(0),
      },
      profileOf: findProfile,
      platform: 'linux',
      reporter: { report: (finding) => Promise.resolve(void findings.push(finding)) },
      log: new MemoryLog(),
    });
  });
  afterEach(() => {
    watch.dispose();
    store.dispose();
    mock.timers.reset();
  });

  /** How often the disk was looked at in a time. */
  const looksIn = async (forMs: number) => {
    asked = 0;
    await store.pass(forMs);
    return asked;
  };
  const becomes = (empty: boolean) => {
    isEmpty = empty;
    emptyChanges.fire(undefined);
  };

  it('looks while something runs that can write, and only then', async () => {
    assert.equal(await looksIn(20_000), 0);
    store.put('a', 'running');
    assert.equal(await looksIn(20_000), 5, 'every four seconds');
    becomes(true);
    assert.equal(await looksIn(60_000), 0);
    becomes(false);
    assert.equal(await looksIn(20_000), 5);
    store.put('a', 'paused');
    assert.equal(await looksIn(60_000), 0);
    store.put('a', 'running');
    assert.equal(await looksIn(20_000), 5);
  });

  it('notices a disk that fills up within its next look, also once the workspace was empty', async () => {
    store.put('a', 'running');
    await store.pass(1000);
    becomes(true);
    free = 0.3 * gib;
    await store.pass(60_000);
    assert.deepEqual(findings, [], 'it is nobody’s work of those in the workspace');
    becomes(false);
    await store.pass(5000);
    assert.deepEqual(
      findings.map(({ cause }) => cause),
      ['diskGrowth'],
    );
  });

  it('watches a disk that did not say at first how much of it is free', async () => {
    free = undefined;
    store.put('a', 'running');
    await store.pass(5000);
    free = 10 * gib;
    await store.pass(5000);
    free = 0.3 * gib;
    await store.pass(5000);
    assert.deepEqual(
      findings.map(({ cause }) => cause),
      ['diskGrowth'],
    );
  });
});
