import assert from 'node:assert/strict';
import { CordonError } from '../../../src/shared/errors.ts';
import { Interrupted } from '../../../src/workspaces/interrupted.ts';
import { WorkspaceStore } from '../../../src/workspaces/workspaceStore.ts';
import { FakeEngine } from '../../support/fakeEngine.ts';
import { MemoryLog } from '../../support/memoryLog.ts';
import { MemoryStorage } from '../../support/memoryStorage.ts';
import { until } from '../../support/until.ts';
import { folder, workspacesOnFake } from '../../support/workspacesOnFake.ts';

/** Stands for a kill: the steps up to here happened, nothing after them does, and a new window begins. */
async function killedAt(step: string, act: (parts: ReturnType<typeof workspacesOnFake>) => Promise<unknown>) {
  const engine = new FakeEngine();
  const memory = new MemoryStorage();
  const first = workspacesOnFake({ engine, memory });
  const isReached = new Promise<void>((reached) => {
    engine.before = (name) => {
      if (name !== step) return undefined;
      reached();
      return new Promise(() => undefined);
    };
  });
  void act(first).catch(() => undefined);
  await isReached;
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

  it('an operation that has ended stays so when a window that has not heard of it stores a change of its own', async () => {
    const memory = new MemoryStorage();
    const parts = workspacesOnFake({ memory });
    let halfWay: { workspaces: object[] } | undefined;
    parts.engine.before = (step) => {
      if (step === 'startContainer') halfWay = memory.read('cordon.workspaces') as typeof halfWay;
    };
    const { id } = await parts.service.create({ name: 'demo', folder });
    await parts.settled();
    assert.match(JSON.stringify(halfWay), /"intent"/);
    const updatedAt = new Date(Date.now() + 1000).toISOString();
    const workspaces = halfWay?.workspaces.map((record) => ({ ...record, name: 'renamed', updatedAt }));
    await memory.write('cordon.workspaces', { ...halfWay, workspaces });
    await parts.settled();
    assert.doesNotMatch(memory.values.get('cordon.workspaces') ?? '', /"intent"/);
    const { name, status, container } = parts.service.get(id) ?? {};
    assert.deepEqual([name, status, container?.kind], ['renamed', 'active', 'running']);
  });

  it('an operation of a window that lives is left alone', async () => {
    const engine = new FakeEngine();
    const memory = new MemoryStorage();
    const first = workspacesOnFake({ engine, memory });
    let go: (() => void) | undefined;
    const isReached = new Promise<void>((reached) => {
      engine.before = (name) => {
        if (name !== 'startContainer') return undefined;
        reached();
        return new Promise<void>((done) => (go = done));
      };
    });
    const creating = first.service.create({ name: 'demo', folder });
    await isReached;
    const second = workspacesOnFake({ engine, memory, isAlive: () => true });
    await second.reconcile();
    assert.equal(engine.containers.size, 1);
    go?.();
    assert.equal((await creating).container.kind, 'running');
  });

  it('a stop that the engine has just finished is known as done, though its list still says that the container runs', async () => {
    const engine = new FakeEngine();
    const memory = new MemoryStorage();
    const first = workspacesOnFake({ engine, memory });
    const { id } = await first.service.create({ name: 'demo', folder });
    engine.before = (name) => (name === 'stopContainer' ? new Promise(() => undefined) : undefined);
    void first.service.stop(id);
    await until(() => engine.calls.includes('stopContainer'));
    first.dispose();
    engine.before = () => undefined;
    const listed = await engine.listContainers();
    const [container] = engine.containers.values();
    container!.state = 'exited';
    engine.listContainers = () => Promise.resolve(listed);
    const second = workspacesOnFake({ engine, memory, isAlive: () => false });
    await second.reconcile();
    assert.equal(second.service.get(id)?.container.kind, 'stopped');
  });

  it('an operation that ended after it was read is not undone', async () => {
    const { engine, storage: memory, service } = workspacesOnFake();
    const { id } = await service.create({ name: 'demo', folder });
    const log = new MemoryLog();
    const store = new WorkspaceStore(memory, log);
    store.load();
    const intent = { operation: 'create', owner: 7, startedAt: new Date().toISOString() } as const;
    const done = () => Promise.resolve();
    const views = { remove: done, endBringing: done, forgetBringing: done };
    const interrupted = new Interrupted({
      ...{ store, log, views, isAlive: () => false, isHeldHere: () => false },
    });
    const read = { ...store.record(id), intent };
    assert.equal(await interrupted.finish(engine, read, { kind: 'absent' }), false);
    assert.equal(engine.containers.size, 1);
    await store.update(id, (now) => ({ ...now, intent }));
    assert.equal(await interrupted.finish(engine, store.record(id), { kind: 'absent' }), true);
    assert.equal(engine.containers.size, 0);
  });

  it('an operation of a window that lives is left alone, wherever the clock has gone, and asked about with its begin', async () => {
    const { engine, storage: memory, service } = workspacesOnFake();
    await service.create({ name: 'one', folder });
    const value = JSON.parse(memory.values.get('cordon.workspaces')!) as {
      workspaces: Record<string, unknown>[];
    };
    const sinceMs = Date.now() + 2 * 3_600_000;
    const startedAt = new Date(sinceMs).toISOString();
    value.workspaces[0]!['intent'] = { operation: 'remove', owner: 7, startedAt };
    memory.values.set('cordon.workspaces', JSON.stringify(value));
    const asked: unknown[] = [];
    const second = workspacesOnFake({
      ...{ engine, memory },
      isAlive: (...about) => {
        asked.push(about);
        return true;
      },
    });
    assert.equal((await second.reconcile()).result?.finished, 0);
    assert.equal(second.service.list().length, 1);
    assert.deepEqual(asked, [[7, sinceMs]]);
  });

  describe('that brought something into a view', () => {
    const given = async (endBringing: () => Promise<void>) => {
      const { engine, storage: memory, service } = workspacesOnFake();
      const { id } = await service.create({ name: 'demo', folder });
      const log = new MemoryLog();
      const store = new WorkspaceStore(memory, log);
      store.load();
      const steps: string[] = [];
      const views = {
        remove: () => Promise.resolve(),
        endBringing: () => {
          steps.push(`end while ${[...engine.containers.values()][0]?.state}`);
          return endBringing();
        },
        forgetBringing: () => {
          steps.push('forget');
          return Promise.resolve();
        },
      };
      const interrupted = new Interrupted({
        ...{ store, log, views, isAlive: () => false, isHeldHere: () => false },
      });
      const held = { owner: 7, at: new Date().toISOString() };
      await store.update(id, (now) => ({ ...now, held }));
      const letGoOn = async () => {
        const [container] = await engine.listContainers();
        return (await interrupted.letGoOn(engine, store.record(id), container)).kind;
      };
      const [containerId = ''] = engine.containers.keys();
      return { engine, store, id, steps, letGoOn, pause: () => engine.pauseContainer(containerId) };
    };

    it('is ended before the workspace goes on', async () => {
      const { steps, letGoOn, pause } = await given(() => Promise.resolve());
      await pause();
      assert.equal(await letGoOn(), 'running');
      assert.deepEqual(steps, ['end while paused', 'forget']);
    });

    it('is forgotten where the workspace went on meanwhile', async () => {
      const { steps, letGoOn } = await given(() => Promise.resolve());
      await letGoOn();
      assert.deepEqual(steps, ['forget']);
    });

    it('keeps the workspace still where another window is just ending it', async () => {
      const { engine, store, id, steps, letGoOn, pause } = await given(() =>
        Promise.reject(new CordonError('conflict', 'In use.')),
      );
      await pause();
      await assert.rejects(letGoOn(), { code: 'conflict' });
      assert.deepEqual(
        [...engine.containers.values()].map(({ state }) => state),
        ['paused'],
      );
      assert.deepEqual([steps, store.record(id).held?.over], [['end while paused'], undefined]);
    });

    it('keeps nobody still where it cannot be ended', async () => {
      const { steps, letGoOn, pause } = await given(() => Promise.reject(new Error('no such folder')));
      await pause();
      assert.equal(await letGoOn(), 'running');
      assert.deepEqual(steps, ['end while paused', 'forget']);
    });

    it('leaves a workspace to the window that holds it still by now', async () => {
      const { engine, store, id, letGoOn, pause } = await given(async () => {
        await store.update(id, (now) => ({ ...now, held: { owner: 8, at: '2100-01-01T00:00:00.000Z' } }));
      });
      await pause();
      assert.equal(await letGoOn(), 'paused');
      assert.deepEqual(
        [...engine.containers.values()].map(({ state }) => state),
        ['paused'],
      );
      assert.equal(store.record(id).held?.owner, 8);
    });
  });
});
