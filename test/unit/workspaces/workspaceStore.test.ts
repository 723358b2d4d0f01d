import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { CordonError } from '../../../src/shared/errors.ts';
import { frozenNow, releasedNow } from '../../../src/workspaces/frozen.ts';
import { asleepNow, awake } from '../../../src/workspaces/idle/idleMark.ts';
import { WorkspaceStore } from '../../../src/workspaces/workspaceStore.ts';
import type { WorkspaceRecord } from '../../../src/workspaces/workspaceRecord.ts';
import { MemoryLog } from '../../support/memoryLog.ts';
import { MemoryStorage } from '../../support/memoryStorage.ts';
import { withoutWaiting } from '../../support/withoutWaiting.ts';
import { codeOf } from '../../support/workspacesOnFake.ts';

function record(name: string, changes: Partial<WorkspaceRecord> = {}): WorkspaceRecord {
  return {
    id: Buffer.from(name.padEnd(16, '.')).toString('hex').slice(0, 32),
    name,
    folder: 'file:///projects/demo',
    status: 'inactive',
    image: 'tiny:local',
    profile: 'standard',
    network: 'open',
    mount: 'live',
    limits: { cpus: 1, memoryMiB: 512, pids: 100, tmpMiB: 64 },
    env: {},
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    statusAt: '2026-01-01T00:00:00.000Z',
    ...changes,
  };
}

function stored(storage: MemoryStorage, value: unknown) {
  storage.values.set('cordon.workspaces', JSON.stringify(value));
}

const names = (store: WorkspaceStore) => store.list().map(({ name }) => name);
const storedNames = (storage: MemoryStorage) =>
  (storage.read('cordon.workspaces') as { workspaces: { name: string }[] }).workspaces.map(
    ({ name }) => name,
  );

function storeOn(storage: MemoryStorage) {
  const store = new WorkspaceStore(storage, new MemoryLog());
  return { store, quarantined: store.load() };
}

describe('stored workspaces', () => {
  withoutWaiting();

  it('come back as they were', async () => {
    const storage = new MemoryStorage();
    await storeOn(storage).store.insert(record('one', { env: { A: 'b' } }), { kind: 'absent' });
    const { store, quarantined } = storeOn(storage);
    assert.deepEqual(quarantined, []);
    assert.deepEqual(store.list()[0]?.env, { A: 'b' });
    assert.equal(store.list()[0]?.container.kind, 'unknown', 'nobody asked the engine yet');
  });

  const damaged: readonly [string, unknown][] = [
    ['a text', '{"schema":1,"workspa'],
    ['a list', [record('one')]],
    ['a future version', { schema: 2, workspaces: [record('one')], cells: {} }],
    ['no version', { workspaces: [] }],
    ['null', null],
  ];
  for (const [title, value] of damaged) {
    it(`are set aside whole when they are ${title}`, async () => {
      const storage = new MemoryStorage();
      stored(storage, value);
      const { store, quarantined } = storeOn(storage);
      assert.equal(quarantined.length, 1);
      assert.deepEqual(store.list(), []);
      await store.settled();
      const [entry] = storage.read('cordon.quarantine') as { value: unknown }[];
      assert.deepEqual(entry?.value, value);
      assert.equal(storeOn(storage).quarantined.length, 0, 'reported once');
    });
  }

  const wrong: readonly [string, object][] = [
    ['a missing field', { ...record('bad'), image: undefined }],
    ['a wrong type', { ...record('bad'), limits: { cpus: 'many' } }],
    ['a bad name', { ...record('bad'), name: 'a/b' }],
    ['a bad id', { ...record('bad'), id: '../../x' }],
    ['a folder with a NUL', { ...record('bad'), folder: 'file:///%00/etc' }],
    ['a folder of two slashes', { ...record('bad'), folder: 'file:////etc' }],
    ['a folder of two slashes, one encoded', { ...record('bad'), folder: 'file:///%2Fetc' }],
    ['a folder that is no URI', { ...record('bad'), folder: 'file://%zz' }],
    ['a field that nobody knows', { ...record('bad'), privileged: true }],
    ['the id of another', { ...record('bad'), id: record('good').id }],
  ];
  for (const [title, entry] of wrong) {
    it(`lose only the entry with ${title}, to the quarantine`, async () => {
      const storage = new MemoryStorage();
      stored(storage, { schema: 1, workspaces: [record('good'), entry, record('other')] });
      const { store, quarantined } = storeOn(storage);
      assert.equal(quarantined.length, 1);
      assert.deepEqual(names(store), ['good', 'other']);
      await store.settled();
      assert.deepEqual(storedNames(storage), ['good', 'other']);
      assert.equal((storage.read('cordon.quarantine') as unknown[]).length, 1);
    });
  }

  it('keep what was set aside before', async () => {
    const storage = new MemoryStorage();
    storage.values.set('cordon.quarantine', '[{"reason":"old"}]');
    stored(storage, 'broken');
    await storeOn(storage).store.settled();
    assert.equal((storage.read('cordon.quarantine') as unknown[]).length, 2);
  });

  it('are not overwritten before what was set aside is safe', async () => {
    const storage = new MemoryStorage();
    stored(storage, 'broken');
    storage.failure = new Error('disk full');
    const { store } = storeOn(storage);
    await store.settled();
    assert.equal(storage.read('cordon.workspaces'), 'broken');
    storage.failure = undefined;
    await store.insert(record('one'), { kind: 'absent' });
    assert.equal((storage.read('cordon.quarantine') as unknown[]).length, 1);
    assert.deepEqual(storedNames(storage), ['one']);
  });

  it('take a change back that could not be stored', async () => {
    const storage = new MemoryStorage();
    const { store } = storeOn(storage);
    await store.insert(record('one'), { kind: 'absent' });
    storage.failure = new Error('disk full');
    const failing = store.update(record('one').id, (now) => ({ ...now, image: 'other' }));
    assert.equal(await codeOf(failing), 'storageFailed');
    assert.equal(store.list()[0]?.image, 'tiny:local');
    assert.equal(await codeOf(store.insert(record('two'), { kind: 'absent' })), 'storageFailed');
    assert.deepEqual(names(store), ['one']);
  });

  it('are stored as soon as they can be', async () => {
    const storage = new MemoryStorage();
    const { store } = storeOn(storage);
    await store.insert(record('one', { status: 'active' }), { kind: 'running', id: 'c' });
    await store.insert(record('two'), { kind: 'absent' });
    storage.failure = new Error('ENOSPC');
    store.setContainer(record('one').id, { kind: 'stopped', id: 'c' });
    assert.equal(await codeOf(store.delete(record('two').id)), 'storageFailed');
    storage.failure = undefined;
    await new Promise((resolve) => storage.onDidChange(resolve));
    const stored = storage.read('cordon.workspaces') as { workspaces: { name: string; status: string }[] };
    assert.deepEqual(
      stored.workspaces.map(({ name, status }) => [name, status]),
      [['one', 'inactive']],
    );
  });

  it('share one write among changes that come while one runs', async () => {
    const storage = new MemoryStorage();
    const { store } = storeOn(storage);
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => store.insert(record(`w${n}`), { kind: 'absent' })),
    );
    assert.equal(storedNames(storage).length, 50);
    assert.ok(storage.writes <= 3, `${storage.writes} writes`);
  });
});

describe('two windows on one storage', () => {
  it('see what the other made and removed', async () => {
    const storage = new MemoryStorage();
    const [a, b] = [storeOn(storage).store, storeOn(storage).store];
    await a.insert(record('one'), { kind: 'absent' });
    await b.insert(record('two'), { kind: 'absent' });
    assert.deepEqual(storedNames(storage).sort(), ['one', 'two']);
    a.syncFromStorage();
    await a.delete(record('two').id);
    b.syncFromStorage();
    assert.deepEqual([names(a), names(b)], [['one'], ['one']]);
  });

  it('both keep what they store at the same moment', async () => {
    const other = new MemoryStorage();
    await storeOn(other).store.insert(record('two'), { kind: 'absent' });
    const storage = new MemoryStorage();
    const write = storage.write.bind(storage);
    let others: unknown = other.read('cordon.workspaces');
    storage.write = async (key, value) => {
      await write(key, others ?? value);
      // as whoever reads back what they wrote finds out
      const wasTaken = others !== undefined;
      others = undefined;
      if (wasTaken) throw new CordonError('storageFailed', 'another one is there');
    };
    const { store } = storeOn(storage);
    await store.insert(record('one'), { kind: 'absent' });
    assert.deepEqual(storedNames(storage).sort(), ['one', 'two']);
    assert.deepEqual(names(store).sort(), ['one', 'two']);
  });

  it('keep the later of two changes', async () => {
    const storage = new MemoryStorage();
    const { store: a } = storeOn(storage);
    await a.insert(record('one'), { kind: 'absent' });
    const { store: b } = storeOn(storage);
    await a.update(record('one').id, (now) => ({ ...now, image: 'first' }));
    await new Promise((done) => setTimeout(done, 2));
    await b.update(record('one').id, (now) => ({ ...now, image: 'second' }));
    a.syncFromStorage();
    assert.equal(a.list()[0]?.image, 'second');
  });

  for (const days of [1, 30])
    it(`keep what is changed after the clock was set back by ${days} days`, async () => {
      mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-03-31T12:00:00Z') });
      try {
        const storage = new MemoryStorage();
        const [a, b] = [storeOn(storage).store, storeOn(storage).store];
        const { id } = record('one');
        await a.insert(record('one', { status: 'active' }), { kind: 'running', id: 'c' });
        await a.update(id, (now) => ({ ...now, frozen: frozenNow(now), idle: asleepNow(now, 'pause') }));
        mock.timers.setTime(Date.now() - days * 86_400_000);
        await a.update(id, (now) => ({ ...awake(now), image: 'other', frozen: releasedNow(now) }));
        for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
        for (const window of [a, b, storeOn(storage).store]) {
          const { image, frozen, idle } = window.record(id);
          assert.deepEqual([image, frozen?.released, idle?.over], ['other', true, true]);
        }
        b.setContainer(id, { kind: 'stopped', id: 'c' });
        await b.settled();
        assert.deepEqual(
          [a, b].map((window) => window.record(id).status),
          ['inactive', 'inactive'],
        );
      } finally {
        mock.timers.reset();
      }
    });

  it('keep the later of two changes within a millisecond', async () => {
    mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-03-31T12:00:00Z') });
    try {
      const storage = new MemoryStorage();
      const [a, b] = [storeOn(storage).store, storeOn(storage).store];
      const { id } = record('one');
      await a.insert(record('one'), { kind: 'absent' });
      for (const image of ['z:1', 'a:1']) await a.update(id, (now) => ({ ...now, image }));
      for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
      assert.deepEqual(
        [a, b].map((window) => window.record(id).image),
        ['a:1', 'a:1'],
      );
    } finally {
      mock.timers.reset();
    }
  });

  it('store again what the other one wrote over without having heard of it', async () => {
    const storage = new MemoryStorage();
    const { store: a } = storeOn(storage);
    await a.insert(record('one'), { kind: 'absent' });
    const before = storage.values.get('cordon.workspaces') ?? '';
    await a.insert(record('two'), { kind: 'absent' });
    await a.update(record('one').id, (now) => ({ ...now, image: 'other' }));
    // what a window writes that has heard of neither
    storage.values.set('cordon.workspaces', before);
    a.syncFromStorage();
    await a.settled();
    assert.deepEqual(storedNames(storage).sort(), ['one', 'two']);
    const { store: b } = storeOn(storage);
    b.syncFromStorage();
    assert.deepEqual(
      b
        .list()
        .map(({ image }) => image)
        .sort(),
      ['other', 'tiny:local'],
    );
  });

  it('do not bring back what the other one removed, whoever writes last', async () => {
    const storage = new MemoryStorage();
    const { store: a } = storeOn(storage);
    await a.insert(record('one'), { kind: 'absent' });
    await a.insert(record('two'), { kind: 'absent' });
    const before = storage.values.get('cordon.workspaces') ?? '';
    await a.delete(record('one').id);
    storage.values.set('cordon.workspaces', before);
    a.syncFromStorage();
    await a.settled();
    assert.deepEqual([names(a), storedNames(storage)], [['two'], ['two']]);
  });

  it('hear of a change at once that no engine tells of', async () => {
    const storage = new MemoryStorage();
    const [a, b] = [storeOn(storage).store, storeOn(storage).store];
    await a.insert(record('one'), { kind: 'absent' });
    assert.deepEqual(names(b), ['one']);
    await a.update(record('one').id, (now) => ({ ...now, name: 'renamed' }));
    assert.deepEqual(names(b), ['renamed']);
    const writes = storage.writes;
    await Promise.all([a.settled(), b.settled()]);
    assert.equal(storage.writes, writes, 'nobody answers with a write');
  });

  it('come to rest, whatever both have changed of one record', async () => {
    const storage = new MemoryStorage();
    const [a, b] = [storeOn(storage).store, storeOn(storage).store];
    await a.insert(record('one'), { kind: 'absent' });
    const { id } = record('one');
    const frozen = { at: new Date().toISOString() };
    await Promise.all([
      a.update(id, (now) => ({ frozen, ...now, image: 'of-a' })),
      b.update(id, (now) => ({ ...now, lastError: undefined, image: 'of-b' })),
      a.update(id, (now) => ({ ...now, held: { owner: 1, at: frozen.at } })),
    ]);
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    const { writes } = storage;
    assert.ok(writes < 20, `${writes} writes`);
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    assert.equal(storage.writes, writes, 'nobody writes any more');
    const known = (window: typeof a) => JSON.parse(JSON.stringify(window.records())) as unknown;
    assert.deepEqual(known(a), known(b));
    assert.deepEqual(a.record(id).frozen, frozen);
  });

  it('do not fight over entries that one of them cannot read', async () => {
    const storage = new MemoryStorage();
    const [a, b] = [storeOn(storage).store, storeOn(storage).store];
    await a.insert(record('one'), { kind: 'absent' });
    await a.update(record('one').id, (now) => ({ ...now, image: 'no such: image' }));
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    const { writes } = storage;
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    assert.equal(storage.writes, writes, 'nobody writes any more');
    assert.equal(b.list().length, 1);
  });

  it('lose nothing when storage was emptied or damaged meanwhile', async () => {
    for (const value of [undefined, 'broken']) {
      const storage = new MemoryStorage();
      const { store } = storeOn(storage);
      await store.insert(record('one'), { kind: 'absent' });
      if (value === undefined) storage.values.clear();
      else stored(storage, value);
      await store.insert(record('two'), { kind: 'absent' });
      assert.deepEqual(storedNames(storage), ['one', 'two']);
      if (value) assert.equal((storage.read('cordon.quarantine') as unknown[]).length, 1);
    }
  });
});
