import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Resources } from '../../../../src/workspaces/resources/resources.ts';
import { MemoryLog } from '../../../support/memoryLog.ts';
import { statsOf, WatchedStore } from '../../../support/watchedStore.ts';

const minuteMs = 60_000;

describe('what running workspaces use', () => {
  let store: WatchedStore;
  let resources: Resources;
  let log: MemoryLog;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_700_000_000_000 });
    store = new WatchedStore();
    log = new MemoryLog();
    resources = new Resources({ store, samples: store.samples, log });
  });
  afterEach(() => {
    resources.dispose();
    store.dispose();
    mock.timers.reset();
  });

  it('is asked for only while somebody looks, and only of what runs', async () => {
    store.put('a', 'running');
    store.put('b', 'paused');
    store.put('c', 'stopped');
    await store.pass(minuteMs);
    assert.deepEqual(store.asked, []);
    const look = resources.look();
    await store.pass(10_000);
    assert.deepEqual([...new Set(store.asked)], ['ca']);
    assert.ok(store.asked.length >= 5 && store.asked.length <= 7, `${store.asked.length} samples in 10 s`);
    store.asked.length = 0;
    look.dispose();
    look.dispose();
    await store.pass(minuteMs);
    assert.deepEqual(store.asked, []);
  });

  it('follows what starts, pauses and goes meanwhile', async () => {
    const look = resources.look();
    store.put('a', 'running');
    await store.pass(3000);
    assert.ok(resources.latest('a'));
    store.put('a', 'paused');
    store.asked.length = 0;
    await store.pass(10_000);
    assert.deepEqual(store.asked, []);
    assert.equal(resources.latest('a'), undefined, 'what is paused uses nothing');
    assert.ok(resources.history('a').length > 0);
    store.put('a', 'running');
    await store.pass(3000);
    assert.ok(resources.latest('a'));
    store.remove('a');
    assert.deepEqual([resources.latest('a'), resources.history('a')], [undefined, []]);
    look.dispose();
  });

  it('is asked for of one workspace where one is looked at, and once for several who look', async () => {
    for (const id of ['a', 'b']) store.put(id, 'running');
    const looks = [resources.look('a'), resources.look('a'), resources.look('gone')];
    await store.pass(10_000);
    assert.deepEqual([...new Set(store.asked)], ['ca']);
    assert.ok(store.asked.length <= 7, `${store.asked.length} samples in 10 s`);
    looks[0]?.dispose();
    store.asked.length = 0;
    await store.pass(5000);
    assert.ok(store.asked.length > 0, 'one still looks');
    for (const look of looks) look.dispose();
    store.asked.length = 0;
    await store.pass(5000);
    assert.deepEqual(store.asked, []);
  });

  it('tells the first rates after a second, and then all of them', async () => {
    let seconds = 0;
    store.statsOf = () => statsOf({ cpuNanos: seconds++ * 1e9 });
    store.put('a', 'running');
    const seen: (readonly [string, number])[] = [];
    resources.onDidSample(({ workspaceId, sample }) => seen.push([workspaceId, sample.cpuCores]));
    const look = resources.look();
    await store.pass(1300);
    assert.equal(seen.length, 1);
    assert.equal(seen[0]?.[0], 'a');
    assert.ok(Math.abs(seen[0][1] - 1) < 0.1, `${seen[0][1]} cores`);
    assert.deepEqual(resources.history('a'), [resources.latest('a')]);
    await store.pass(10_000);
    assert.equal(resources.history('a').length, seen.length);
    assert.equal(resources.latest('a'), resources.history('a').at(-1));
    look.dispose();
    await store.pass(2 * minuteMs);
    assert.equal(resources.latest('a'), undefined, 'what was used two minutes ago is not what is used now');
  });

  it('is asked for less often of many, with few wake-ups', async () => {
    for (let index = 0; index < 20; index++) store.put(`${index}`, 'running');
    const look = resources.look();
    await store.pass(2000);
    store.asked.length = 0;
    const begin = store.nowMs;
    await store.pass(20_000);
    assert.ok(store.asked.length <= 80, `${store.asked.length} samples of 20 in ${store.nowMs - begin} ms`);
    assert.equal(new Set(store.asked).size, 20);
    look.dispose();
  });

  it('takes in what was sampled for somebody else, and does not ask again', async () => {
    store.put('a', 'running');
    await store.samples.take('a', 'ca');
    await store.pass(3000);
    await store.samples.take('a', 'ca');
    assert.equal(resources.history('a').length, 1);
    const look = resources.look('a');
    await store.pass(10_000);
    store.asked.length = 0;
    for (let second = 0; second < 10; second++) {
      await store.samples.take('a', 'ca');
      await store.pass(1000);
    }
    assert.equal(store.asked.length, 10);
    look.dispose();
  });

  it('is asked for once where two ask at once', async () => {
    await Promise.all([store.samples.take('a', 'ca'), store.samples.take('a', 'ca')]);
    assert.deepEqual(store.asked, ['ca']);
  });

  it('keeps 15 minutes and no more, in the order of time', async () => {
    store.put('a', 'running');
    const look = resources.look();
    await store.pass(17 * minuteMs, 250);
    const history = resources.history('a');
    const [first, last] = [history[0]!.atMs, history.at(-1)!.atMs];
    assert.ok(last - first <= 15 * minuteMs && last - first > 14.5 * minuteMs, `${last - first} ms`);
    assert.ok(history.length > 400 && history.length <= 451, `${history.length} samples`);
    look.dispose();
    await store.pass(10 * minuteMs);
    assert.ok(resources.history('a').length < 200, 'the rest is too old');
    mock.timers.setTime(1_600_000_000_000);
    await store.samples.take('a', 'ca');
    await store.pass(1000);
    await store.samples.take('a', 'ca');
    assert.equal(resources.history('a').length, 1, 'times in the future are of no use');
  }).timeout(20_000);

  it('goes on where the engine fails, is lost, or tells nothing', async () => {
    store.put('a', 'running');
    const look = resources.look();
    store.statsOf = () => {
      throw new Error('raw');
    };
    await store.pass(5000);
    assert.ok(log.lines.some((line) => line.startsWith('debug What a workspace uses')));
    store.statsOf = () => undefined;
    await store.pass(5000);
    store.engine.lose();
    store.asked.length = 0;
    await store.pass(5000);
    assert.deepEqual([store.asked, resources.latest('a')], [[], undefined]);
    store.engine.comeBack();
    store.statsOf = () => statsOf();
    await store.pass(5000);
    assert.ok(resources.latest('a'));
    look.dispose();
  });
});
