import assert from 'node:assert/strict';
import { mock } from 'node:test';
import type { SecurityFinding } from '../../../../src/workspaces/monitor/securityReporter.ts';
import { StatsWatch } from '../../../../src/workspaces/monitor/statsWatch.ts';
import { compliantFacts } from '../../../support/compliantFacts.ts';
import { MemoryLog } from '../../../support/memoryLog.ts';
import { tinySpec } from '../../../support/tinySpec.ts';
import { statsOf, WatchedStore } from '../../../support/watchedStore.ts';

describe('the watch over limits', () => {
  let store: WatchedStore;
  let watch: StatsWatch;
  let findings: SecurityFinding[];
  let hasHealthcheck: boolean;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    store = new WatchedStore();
    findings = [];
    hasHealthcheck = true;
    store.engine.inspectContainer = (id) =>
      Promise.resolve({ ...compliantFacts(tinySpec('a'), id), hasHealthcheck });
    watch = new StatsWatch({
      store,
      engines: store.engine,
      samples: store.samples,
      reporter: { report: (finding) => Promise.resolve(void findings.push(finding)) },
      log: new MemoryLog(),
    });
  });
  afterEach(() => {
    watch.dispose();
    store.dispose();
    mock.timers.reset();
  });

  /** How many samples were asked for in a time. */
  const samplesIn = async (forMs: number) => {
    store.asked.length = 0;
    await store.pass(forMs);
    return store.asked.length;
  };

  it('looks once into a workspace in which nothing runs, and not again until something is started', async () => {
    store.put('a', 'running');
    assert.equal(await samplesIn(40_000), 1);
    assert.equal(await samplesIn(300_000), 0);
    watch.lookClosely('a');
    assert.ok((await samplesIn(60_000)) >= 15);
    assert.ok((await samplesIn(60_000)) <= 2);
    assert.equal(await samplesIn(300_000), 0);
    watch.lookAgain('a');
    assert.equal(await samplesIn(40_000), 1, 'another window may have left something');
    store.put('a', 'running', 1);
    assert.ok((await samplesIn(30_000)) >= 9, 'a session runs');
    store.put('a', 'running', 0);
    assert.ok((await samplesIn(10_000)) >= 2, 'it may have left something');
  }).timeout(20_000);

  it('tells when a workspace is empty, and when it is no more', async () => {
    let changes = 0;
    watch.onDidChangeEmpty(() => changes++);
    store.put('a', 'running');
    assert.equal(watch.isEmpty('a'), false, 'nobody has looked yet');
    await store.pass(40_000);
    assert.deepEqual([watch.isEmpty('a'), changes], [true, 1]);
    watch.lookClosely('a');
    assert.deepEqual([watch.isEmpty('a'), changes], [false, 2]);
    await store.pass(100_000);
    assert.deepEqual([watch.isEmpty('a'), changes], [true, 3]);
    store.put('a', 'running', 1);
    assert.equal(watch.isEmpty('a'), false, 'a session runs');
  }).timeout(20_000);

  it('keeps looking where a process was left, where the image runs its own, and where the engine counts none', async () => {
    store.statsOf = () => statsOf({ pids: 3 });
    store.put('a', 'running');
    await store.pass(40_000);
    assert.ok((await samplesIn(120_000)) >= 3, 'the third one may be more than the health check');
    store.statsOf = () => statsOf({ pids: 0 });
    assert.ok((await samplesIn(120_000)) >= 3);
    hasHealthcheck = false;
    store.put('a', 'running', 0, 'with its own main process');
    assert.ok((await samplesIn(30_000)) >= 9);
  }).timeout(20_000);

  it('finds a limit in samples that others take, and asks for none of its own then', async () => {
    store.put('a', 'running', 1);
    store.statsOf = () => statsOf({ memoryBytes: 990, pids: 128 });
    for (let second = 0; second < 6; second++) {
      await store.samples.take('a', 'ca');
      await store.samples.take('a', 'ca');
      if (second === 0)
        assert.deepEqual(
          findings.map(({ cause }) => cause),
          ['pidsLimit'],
          'two samples at once are one look',
        );
      await store.pass(900);
    }
    assert.equal(store.asked.length, 12);
    assert.deepEqual(
      findings.map(({ cause }) => cause),
      ['pidsLimit', 'memoryNearLimit'],
    );
  });
});
