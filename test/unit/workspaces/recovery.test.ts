import assert from 'node:assert/strict';
import { FakeEngine } from '../../support/fakeEngine.ts';
import { MemoryStorage } from '../../support/memoryStorage.ts';
import { codeOf, folder, workspacesOnFake } from '../../support/workspacesOnFake.ts';

/** Stands for a kill: the steps up to here happened, nothing after them does, and a new window begins. */
async function killedAt(step: string, act: (parts: ReturnType<typeof workspacesOnFake>) => Promise<unknown>) {
  const engine = new FakeEngine();
  const memory = new MemoryStorage();
  const first = workspacesOnFake({ engine, memory });
  engine.before = (name) => (name === step ? new Promise(() => undefined) : undefined);
  void act(first).catch(() => undefined);
  await new Promise((done) => setTimeout(done, 20));
  first.dispose();
  engine.before = () => undefined;
  const second = workspacesOnFake({ engine, memory, isAlive: () => false });
  await second.reconcile();
  return { ...second, second };
}

describe('after a kill', () => {
  for (const step of [
    'get',
    'inspectImage',
    'createNetwork',
    'createdNetwork',
    'createContainer',
    'createdContainer',
    'startContainer',
    'startedContainer',
    'inspectContainer',
  ])
    it(`at ${step} of create nothing is left`, async () => {
      const { service, engine, storage } = await killedAt(step, ({ service }) =>
        service.create({ name: 'demo', folder }),
      );
      assert.deepEqual([service.list(), engine.containers.size, engine.networks.size], [[], 0, 0]);
      assert.doesNotMatch(storage.values.get('cordon.workspaces') ?? '', /demo/);
    });

  it('at removal the rest is removed', async () => {
    const { service, engine } = await killedAt('removeEverythingOf', async ({ service }) => {
      const { id } = await service.create({ name: 'demo', folder });
      await service.remove(id);
    });
    assert.deepEqual([service.list(), engine.containers.size, engine.networks.size], [[], 0, 0]);
  });

  it('at archiving the record is archived', async () => {
    const { service, engine } = await killedAt('removeEverythingOf', async ({ service }) => {
      const { id } = await service.create({ name: 'demo', folder });
      await service.archive(id);
    });
    assert.deepEqual([service.list()[0]?.status, engine.containers.size], ['archived', 0]);
  });

  it('at a stop the engine says how far it came', async () => {
    const { service } = await killedAt('stopContainer', async ({ service }) => {
      const { id } = await service.create({ name: 'demo', folder });
      await service.stop(id);
    });
    assert.deepEqual([service.list()[0]?.status, service.list()[0]?.container.kind], ['active', 'running']);
  });

  it('a container that was made and never started goes', async () => {
    const { service, engine } = await killedAt('startContainer', async ({ service }) => {
      const { id } = await service.create({ name: 'demo', folder, start: false });
      await service.start(id);
    });
    assert.deepEqual(
      [service.list()[0]?.container.kind, engine.containers.size, engine.networks.size],
      ['absent', 0, 0],
    );
  });

  it('an operation of a window that lives is left alone', async () => {
    const engine = new FakeEngine();
    const memory = new MemoryStorage();
    const first = workspacesOnFake({ engine, memory });
    let go: (() => void) | undefined;
    engine.before = (name) =>
      name === 'startContainer' ? new Promise<void>((done) => (go = done)) : undefined;
    const creating = first.service.create({ name: 'demo', folder });
    await new Promise((done) => setTimeout(done, 20));
    const second = workspacesOnFake({ engine, memory, isAlive: () => true });
    await second.reconcile();
    assert.equal(engine.containers.size, 1);
    go?.();
    assert.equal((await creating).container.kind, 'running');
  });
});

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
