import assert from 'node:assert/strict';
import { mock } from 'node:test';
import type { MountMode } from '../../../../src/isolation/profile.ts';
import { findProfile } from '../../../../src/isolation/ownProfiles.ts';
import { Emitter } from '../../../../src/shared/event.ts';
import { DiskWatch } from '../../../../src/workspaces/monitor/diskWatch.ts';
import type { SecurityFinding } from '../../../../src/workspaces/monitor/securityReporter.ts';
import { FakeViewFiles } from '../../../support/fakeViewFiles.ts';
import { MemoryLog } from '../../../support/memoryLog.ts';
import { WatchedStore } from '../../../support/watchedStore.ts';

const gib = 1024 ** 3;

describe('the watch over the disk', () => {
  let store: WatchedStore;
  let watch: DiskWatch;
  let findings: SecurityFinding[];
  let asked: number;
  let paths: Set<string>;
  let free: number | undefined;
  let isEmpty: boolean;
  const emptyChanges = new Emitter<undefined>();

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
    store = new WatchedStore();
    [findings, asked, free, isEmpty, paths] = [[], 0, 10 * gib, false, new Set()];
    watch = new DiskWatch({
      store,
      stats: { isEmpty: () => isEmpty, onDidChangeEmpty: emptyChanges.event },
      engines: store.engine,
      disk: {
        freeBytes: (path) => {
          asked++;
          paths.add(path);
          return Promise.resolve(free);
        },
        bytesChangedSince: () => Promise.resolve(0),
      },
      profileOf: findProfile,
      platform: 'linux',
      viewFiles: new FakeViewFiles(),
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

  it('looks where a workspace writes: into the folder, what is kept of its view, or nowhere', async () => {
    const looked = async (mount: MountMode) => {
      store.mount = mount;
      paths.clear();
      store.put(mount, 'running');
      await store.pass(5000);
      store.put(mount, 'stopped');
      return [...paths];
    };
    assert.deepEqual(await looked('live'), ['/projects/demo']);
    assert.deepEqual(await looked('review'), ['/kept/review/upper']);
    assert.deepEqual(await looked('readonly'), []);
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
