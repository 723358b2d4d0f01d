import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CordonError } from '../../../../src/shared/errors.ts';
import { losesNothing } from '../../../../src/workspaces/cleanUp/cleanUpItem.ts';
import { Quarantine } from '../../../../src/workspaces/folders/quarantine.ts';
import { LocalDisk } from '../../../../src/vscode/localDisk.ts';
import { folder, workspacesOnFake } from '../../../support/workspacesOnFake.ts';

const dayMs = 86_400_000;
const signal = new AbortController().signal;

function core(overrides: Parameters<typeof workspacesOnFake>[0] = {}) {
  const made = workspacesOnFake(overrides);
  /** What is offered, in words. */
  const offered = async () =>
    (await made.cleanUp.find(signal)).items.map(({ kind, name }) => `${kind} ${name}`).sort();
  /** Removes everything that is offered, and gives the codes of what could not go. */
  const removeAll = async (items?: Awaited<ReturnType<typeof made.cleanUp.find>>['items']) => {
    const outcomes = await made.cleanUp.remove(items ?? (await made.cleanUp.find(signal)).items);
    return outcomes.flatMap(({ item, error }) => (error ? [`${item.name}: ${error.code}`] : []));
  };
  const create = (name: string) => made.service.create({ name, folder });
  return { ...made, offered, removeAll, create };
}

/** Makes a stored workspace one that was last used this long ago. */
function age(storage: ReturnType<typeof core>['storage'], name: string, days: number) {
  const stored = storage.read('cordon.workspaces') as { workspaces: { name: string; updatedAt: string }[] };
  const at = new Date(Date.now() - days * dayMs).toISOString();
  for (const record of stored.workspaces) if (record.name === name) record.updatedAt = at;
  storage.values.set('cordon.workspaces', JSON.stringify(stored));
}

describe('a clean-up', () => {
  let place: string;
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'cordon-test-'));
  });
  afterEach(() => rm(place, { recursive: true }));

  it('offers nothing of a person who uses everything', async () => {
    const { offered, create, service } = core();
    await create('running');
    const { id } = await create('stopped');
    await service.stop(id);
    assert.deepEqual(await offered(), []);
  });

  it('offers what was stopped for long, and archived ones; never what is frozen', async () => {
    const first = core();
    for (const name of ['old', 'young', 'running', 'frozen']) await first.create(name);
    const idOf = (name: string) => first.service.list().find((workspace) => workspace.name === name)!.id;
    const { id: archived } = await first.create('archived');
    await first.service.archive(archived);
    for (const name of ['old', 'young', 'frozen']) await first.service.stop(idOf(name));
    const frozen = idOf('frozen');
    const stored = first.storage.read('cordon.workspaces') as {
      workspaces: { id: string; frozen?: object }[];
    };
    stored.workspaces.find(({ id }) => id === frozen)!.frozen = { at: new Date(0).toISOString() };
    first.storage.values.set('cordon.workspaces', JSON.stringify(stored));
    first.dispose();
    for (const name of ['old', 'running', 'frozen']) age(first.storage, name, 31);
    age(first.storage, 'young', 29);
    const { offered, removeAll, reconcile, service, engine } = core({
      engine: first.engine,
      memory: first.storage,
    });
    await reconcile();
    assert.deepEqual(await offered(), ['archived archived', 'stopped old']);
    assert.deepEqual(await removeAll(), []);
    assert.deepEqual(
      service
        .list()
        .map(({ name }) => name)
        .sort(),
      ['frozen', 'running', 'young'],
    );
    assert.equal(engine.containers.size, 3);
  });

  it('leaves a workspace that was used since it was offered', async () => {
    const first = core();
    const { id } = await first.create('old');
    await first.service.stop(id);
    first.dispose();
    age(first.storage, 'old', 40);
    const { cleanUp, removeAll, reconcile, service } = core({ engine: first.engine, memory: first.storage });
    await reconcile();
    const { items } = await cleanUp.find(signal);
    assert.equal(items.length, 1);
    await service.start(id);
    await service.stop(id);
    assert.deepEqual(await removeAll(items), ['old: conflict']);
    assert.ok(service.get(id));
  });

  it('offers networks, volumes and images that serve no workspace and are not brand-new', async () => {
    const { offered, removeAll, create, engine, cleanUp } = core();
    const { id } = await create('demo');
    const now = Date.now() / 1000;
    engine.networks.set('network-left', {
      workspaceId: 'f'.repeat(32),
      name: 'left',
      labels: {},
      isolated: false,
    });
    const volume = { workspaceId: 'f'.repeat(32), createdAtSeconds: 1000 };
    engine.volumes.set('left', { ...volume, sizeBytes: 7 });
    engine.volumes.set('nobody', { ...volume, workspaceId: '' });
    engine.volumes.set('used', { ...volume, workspaceId: id });
    engine.volumes.set('new', { ...volume, createdAtSeconds: now });
    const image = { references: ['own:1'], sizeBytes: 9, createdAtSeconds: 1000, isUsed: false };
    engine.ownImages.set('a', { ...image, id: 'a' });
    engine.ownImages.set('b', { ...image, id: 'b', isUsed: true });
    engine.ownImages.set('c', { ...image, id: 'c', references: ['tiny:local'] });
    engine.ownImages.set('d', { ...image, id: 'd', createdAtSeconds: now });
    assert.deepEqual(await offered(), ['image own:1', 'network left', 'volume left', 'volume nobody']);
    const { items } = await cleanUp.find(signal);
    assert.deepEqual(
      items.map(({ name, sizeBytes }) => [name, sizeBytes]),
      [
        ['left', 0],
        ['left', 7],
        ['nobody', 0],
        ['own:1', 9],
      ],
    );
    assert.deepEqual(await removeAll(), []);
    assert.deepEqual(
      [[...engine.volumes.keys()], [...engine.ownImages.keys()], engine.networks.size],
      [['used', 'new'], ['b', 'c', 'd'], 1],
    );
  });

  it('looks again before it removes: what serves somebody meanwhile stays', async () => {
    const { cleanUp, removeAll, engine, create, reconcile } = core();
    // the engine is known from here on: with that, such volumes are removed without a question
    await cleanUp.find(signal);
    await reconcile();
    engine.volumes.set('left', { workspaceId: '', createdAtSeconds: 1000 });
    engine.ownImages.set('a', {
      id: 'a',
      references: [],
      sizeBytes: 1,
      createdAtSeconds: 1000,
      isUsed: false,
    });
    const { items } = await cleanUp.find(signal);
    assert.equal(items.length, 2);
    const { id } = await create('demo');
    engine.volumes.set('left', { workspaceId: id, createdAtSeconds: 1000 });
    engine.ownImages.set('a', { ...engine.ownImages.get('a')!, isUsed: true });
    assert.deepEqual((await removeAll(items)).sort(), ['a: conflict', 'left: conflict']);
    assert.deepEqual([engine.volumes.size, engine.ownImages.size], [1, 1]);
  });

  it('offers stored entries that could not be read, and removes them one by one', async () => {
    const { offered, removeAll, cleanUp, storage } = core();
    const entries = [
      { reason: 'damaged', value: { name: 'was me' }, at: '2026-01-01T00:00:00.000Z' },
      { reason: 'not a list', value: 7, at: '2026-01-01T00:00:00.000Z' },
      'not even that',
    ];
    await storage.write('cordon.quarantine', entries);
    assert.deepEqual(await offered(), ['record not a list', 'record unreadable', 'record was me']);
    const { items } = await cleanUp.find(signal);
    await removeAll(items.filter(({ name }) => name === 'was me'));
    assert.deepEqual(storage.read('cordon.quarantine'), entries.slice(1));
    await removeAll();
    assert.equal(storage.read('cordon.quarantine'), undefined);
  });

  it('offers files of the quarantine with their size, and removes them for good', async () => {
    const quarantineFolder = join(place, 'quarantine');
    const { cleanUp, removeAll } = core({ quarantineFolder, disk: new LocalDisk() });
    const project = join(place, 'project');
    await mkdir(join(project, '.vscode'), { recursive: true });
    await writeFile(join(project, '.vscode', 'tasks.json'), 'x'.repeat(20_000));
    const quarantine = new Quarantine(quarantineFolder, (_, work) => work());
    const { path } = await quarantine.take(project, '.vscode');
    await writeFile(join(quarantineFolder, 'mine.txt'), 'not Cordon’s');
    const { items } = await cleanUp.find(signal);
    assert.deepEqual(
      items.map(({ kind, name }) => [kind, name]),
      [['movedAway', join(project, '.vscode')]],
    );
    assert.ok((items[0]?.sizeBytes ?? 0) >= 20_000);
    await removeAll([
      { ...items[0]!, id: '../project' },
      { ...items[0]!, id: 'mine.txt' },
    ]);
    assert.ok(existsSync(project) && existsSync(path) && existsSync(join(quarantineFolder, 'mine.txt')));
    assert.deepEqual(await removeAll(items), []);
    assert.ok(!existsSync(path));
  });

  it('offers old security logs whose workspace is gone', async () => {
    const { offered, removeAll, create, securityLogStorage } = core();
    const { id } = await create('demo');
    const line = (workspaceId: string, days: number) =>
      securityLogStorage.append({
        ...{ workspaceId, cause: 'panic', severity: 'info', message: '', subjects: [] },
        at: new Date(Date.now() - days * dayMs).toISOString(),
      });
    await line(id, 90);
    await line('gone', 31);
    await line('recent', 29);
    assert.deepEqual(await offered(), ['securityLog gone']);
    await removeAll();
    assert.deepEqual(
      securityLogStorage.entries.map(({ workspaceId }) => workspaceId),
      [id, 'recent'],
    );
  });

  it('shows what is here while the engine is away, and says that something is missing', async () => {
    const { cleanUp, engine, storage } = core();
    await storage.write('cordon.quarantine', ['x']);
    engine.lose();
    const { items, problems } = await cleanUp.find(signal);
    assert.deepEqual(
      [items.map(({ kind }) => kind), problems.map(({ code }) => code)],
      [['record'], ['engineUnavailable']],
    );
  });

  it('goes on after a failure, names it, and ends with what has not begun when it is cancelled', async () => {
    const { removeAll, cleanUp, engine, reconcile } = core();
    await cleanUp.find(signal);
    await reconcile();
    for (const name of Array.from({ length: 10 }, (_, index) => `v${index}`))
      engine.volumes.set(name, { workspaceId: '', createdAtSeconds: 1000 });
    engine.before = (step) => {
      if (step === 'removeVolume' && engine.volumes.size === 10) {
        engine.before = () => undefined;
        throw new CordonError('engineFailed', 'in use');
      }
    };
    const progress: string[] = [];
    const { items } = await cleanUp.find(signal);
    const outcomes = await cleanUp.remove(items, { onProgress: (message) => progress.push(message) });
    assert.equal(outcomes.filter(({ error }) => error?.code === 'engineFailed').length, 1);
    assert.deepEqual([engine.volumes.size, progress.at(-1)], [1, '10 of 10, 1 failed']);
    const cancelled = await cleanUp.remove(items, { signal: AbortSignal.abort() });
    assert.ok(cancelled.every(({ error }) => error?.code === 'cancelled'));
    assert.equal(engine.volumes.size, 1);
    assert.deepEqual(await removeAll(), []);
  });

  it('ticks by itself only what nobody loses work by', () => {
    const ticked = (
      ['stopped', 'archived', 'volume', 'network', 'image', 'record', 'movedAway', 'securityLog'] as const
    ).filter((kind) => losesNothing({ kind }));
    assert.deepEqual(ticked, ['network', 'image', 'securityLog']);
  });
});
