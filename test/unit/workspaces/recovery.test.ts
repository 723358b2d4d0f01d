import assert from 'node:assert/strict';
import { FakeEngine } from '../../support/fakeEngine.ts';
import { MemoryStorage } from '../../support/memoryStorage.ts';
import { codeOf, folder, workspacesOnFake } from '../../support/workspacesOnFake.ts';

describe('reconcile', () => {
  it('adopts a container whose record was lost, by its label', async () => {
    const engine = new FakeEngine();
    const first = workspacesOnFake({ engine });
    const { id } = await first.service.create({ name: 'demo', folder, env: { A: 'b' } });
    const second = workspacesOnFake({ engine });
    await second.reconcile();
    const adopted = second.service.get(id);
    assert.deepEqual(
      [adopted?.name, adopted?.env, adopted?.container.kind, adopted?.status],
      ['demo', { A: 'b' }, 'running', 'active'],
    );
  });

  it('says why a workspace became inactive whose container was removed', async () => {
    const { service, engine, reconcile } = workspacesOnFake();
    const { id } = await service.create({ name: 'demo', folder });
    engine.containers.clear();
    await reconcile();
    const { status, container } = service.get(id)!;
    assert.equal(status, 'inactive');
    assert.match(container.kind === 'absent' ? (container.reason ?? '') : '', /outside of Cordon/);
  });

  it('removes networks and containers that belong to no workspace', async () => {
    const engine = new FakeEngine();
    const first = workspacesOnFake({ engine });
    const { id } = await first.service.create({ name: 'demo', folder });
    const [container] = [...engine.containers.values()];
    engine.containers.clear();
    const second = workspacesOnFake({ engine });
    await second.reconcile();
    assert.equal(engine.networks.size, 0);
    engine.containers.set(container!.id, { ...container!, state: 'created' });
    await second.reconcile();
    assert.equal(engine.containers.size, 0, id);
  });

  it('goes on when one workspace cannot be put right', async () => {
    const engine = new FakeEngine();
    const memory = new MemoryStorage();
    const { service } = workspacesOnFake({ engine, memory });
    await service.create({ name: 'one', folder });
    await service.create({ name: 'two', folder });
    const value = JSON.parse(memory.values.get('cordon.workspaces')!) as {
      workspaces: Record<string, unknown>[];
    };
    value.workspaces[0]!['intent'] = { operation: 'remove', owner: 1, startedAt: new Date().toISOString() };
    memory.values.set('cordon.workspaces', JSON.stringify(value));
    const second = workspacesOnFake({ engine, memory });
    engine.before = (step) => {
      if (step === 'removeEverythingOf') throw new Error('busy');
    };
    await second.reconcile();
    assert.deepEqual(
      second.service.list().map(({ name, container }) => [name, container.kind]),
      [
        ['one', 'unknown'],
        ['two', 'running'],
      ],
    );
  });
});

describe('reconcile, of what nobody knows,', () => {
  const secondsAgo = (seconds: number) => Date.now() / 1000 - seconds;

  /** A container and a network whose record is lost. */
  async function lost(state: 'created' | 'exited' | 'running', record?: string) {
    const engine = new FakeEngine();
    const first = workspacesOnFake({ engine });
    const { id } = await first.service.create({ name: 'demo', folder });
    first.dispose();
    const [container] = [...engine.containers.values()];
    container!.state = state;
    if (record !== undefined) Object.assign(container!.spec.labels, { 'cordon.workspace.record': record });
    return { id, ...workspacesOnFake({ engine }) };
  }

  it('removes what is old and was never started, and waits with what is young', async () => {
    const { engine, reconcile, service } = await lost('created');
    engine.createdAtSeconds = secondsAgo(30);
    const { result: early } = await reconcile();
    assert.deepEqual(
      [early?.young, early?.removed, engine.containers.size, engine.networks.size],
      [1, 0, 1, 1],
    );
    engine.createdAtSeconds = secondsAgo(90);
    const { result: late } = await reconcile();
    assert.deepEqual(
      [late?.young, late?.removed, engine.containers.size, engine.networks.size],
      [0, 1, 0, 0],
    );
    assert.deepEqual(service.list(), []);
  });

  it('removes volumes and networks of no workspace by the same age, and nothing of a known one', async () => {
    const engine = new FakeEngine();
    const { service, reconcile } = workspacesOnFake({ engine });
    const { id } = await service.create({ name: 'demo', folder });
    engine.volumes.set('kept', { workspaceId: id });
    engine.volumes.set('left', { workspaceId: 'e'.repeat(32) });
    engine.createdAtSeconds = secondsAgo(30);
    assert.equal((await reconcile()).result?.young, 1);
    assert.deepEqual([...engine.volumes.keys()], ['kept', 'left']);
    engine.createdAtSeconds = secondsAgo(90);
    await reconcile();
    assert.deepEqual([[...engine.volumes.keys()], engine.networks.size], [['kept'], 1]);
  });

  for (const record of [
    '',
    '{',
    'null',
    '[]',
    '{"id":"x"}',
    '"__proto__"',
    JSON.stringify({ id: 'f'.repeat(32) }),
  ])
    it(`leaves a container that ran alone when its label says ${record || 'nothing'}`, async () => {
      const { engine, reconcile, service, log } = await lost('exited', record);
      const { result } = await reconcile();
      assert.deepEqual(
        [result?.failed, result?.adopted, result?.removed, engine.containers.size, service.list()],
        [0, 0, 0, 1, []],
      );
      assert.ok(log.lines.some((line) => line.includes('no record that can be read')));
    });

  it('adopts under another name what has the name of a workspace that was made meanwhile', async () => {
    const { id, reconcile, service } = await lost('running');
    await service.create({ name: 'demo', folder });
    assert.equal((await reconcile()).result?.adopted, 1);
    assert.deepEqual(service.list().length, 2);
    assert.equal(new Set(service.list().map(({ name }) => name)).size, 2);
    assert.ok(service.get(id));
  });
});

describe('reconcile, of two containers with the id of one workspace,', () => {
  async function doubled(name: string, state: 'created' | 'running' | 'exited') {
    const parts = workspacesOnFake();
    const { id, container } = await parts.service.create({ name: 'demo', folder });
    const [own] = [...parts.engine.containers.values()];
    const ownId = 'id' in container ? container.id : '';
    parts.engine.containers.set('second', {
      ...own!,
      id: 'second',
      name: name.replace('ID', id.slice(0, 8)),
      state,
    });
    const shown = () => {
      const now = parts.service.get(id)!.container;
      return 'id' in now ? now.id : now.kind;
    };
    return { ...parts, ownId, shown };
  }

  it('follows the one with its name and leaves what somebody else named', async () => {
    for (const state of ['running', 'exited', 'created'] as const) {
      const { engine, reconcile, ownId, shown } = await doubled('happy_turing', state);
      engine.containers.get(ownId)!.state = 'exited';
      await reconcile();
      assert.deepEqual([shown(), engine.containers.size], [ownId, 2]);
    }
  });

  it('removes one of its own that does not run, and none that runs', async () => {
    for (const [state, left] of [
      ['created', 1],
      ['exited', 1],
      ['running', 2],
    ] as const) {
      const { engine, reconcile, ownId, shown } = await doubled('cordon-old-name-ID', state);
      await reconcile();
      assert.deepEqual(
        [shown(), engine.containers.size, engine.containers.has(ownId)],
        [ownId, left, true],
        state,
      );
    }
  });
});

describe('what a reconcile came to', () => {
  it('is told, and kept with its time', async () => {
    const { service, reconcile, facts, engine } = workspacesOnFake();
    assert.equal((await facts()).reconciliation, undefined);
    await service.create({ name: 'demo', folder });
    const done = await reconcile();
    assert.deepEqual(done.result, {
      ...{ workspaces: 1, containers: 1, adopted: 0, finished: 0, removed: 0, failed: 0, young: 0 },
    });
    assert.equal((await facts()).reconciliation, done);
    engine.before = (step) => {
      if (step === 'listContainers') throw new Error('broken');
    };
    const failed = await reconcile();
    assert.match(failed.error?.message ?? '', /broken/);
    engine.before = () => undefined;
    assert.ok((await reconcile()).result, 'a failure does not stand in the way of the next');
  });

  it('keeps saying why the container is gone, until it is started again', async () => {
    const { service, engine, reconcile } = workspacesOnFake();
    const { id } = await service.create({ name: 'demo', folder });
    engine.containers.clear();
    await reconcile();
    await reconcile();
    const { container, status } = service.get(id)!;
    assert.deepEqual(
      [status, container],
      ['inactive', { kind: 'absent', reason: 'The container was removed outside of Cordon.' }],
    );
    assert.equal((await service.start(id)).container.kind, 'running');
  });
});

describe('while the engine is gone', () => {
  it('states are unknown, and right again afterwards', async () => {
    const { service, engine, reconcile } = workspacesOnFake();
    const { id } = await service.create({ name: 'demo', folder });
    engine.lose();
    assert.equal(service.get(id)?.container.kind, 'unknown');
    assert.equal(service.get(id)?.status, 'active');
    assert.equal(await codeOf(service.stop(id)), 'engineUnavailable');
    engine.comeBack();
    await reconcile();
    assert.equal(service.get(id)?.container.kind, 'running');
  });
});
