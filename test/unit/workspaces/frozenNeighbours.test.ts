import assert from 'node:assert/strict';
import { CordonError } from '../../../src/shared/errors.ts';
import { isHeldStill } from '../../../src/workspaces/held.ts';
import type { WorkspaceRecord } from '../../../src/workspaces/workspaceRecord.ts';
import { FakeEngine } from '../../support/fakeEngine.ts';
import { MemoryStorage } from '../../support/memoryStorage.ts';
import { withoutWaiting } from '../../support/withoutWaiting.ts';
import { codeOf, emptyScan, folder, workspacesOnFake } from '../../support/workspacesOnFake.ts';

describe('workspaces of a folder in which another one starts', () => {
  withoutWaiting();

  const statesOf = ({ service }: ReturnType<typeof workspacesOnFake>) =>
    Object.fromEntries(service.list().map(({ name, container }) => [name, container.kind]));

  it('stand still until it has started, and go on', async () => {
    const parts = workspacesOnFake();
    await parts.service.create({ name: 'first', folder });
    let whileItStarts: unknown;
    parts.engine.before = (step) => {
      if (step === 'startContainer') whileItStarts = statesOf(parts)['first'];
      return undefined;
    };
    await parts.service.create({ name: 'second', folder });
    assert.equal(whileItStarts, 'paused');
    assert.deepEqual(statesOf(parts), { first: 'running', second: 'running' });
  });

  it('stand still, without going on between, until all have started that start one after the other', async () => {
    const parts = workspacesOnFake();
    await parts.service.create({ name: 'first', folder });
    const { letGoOn, isReached } = holdAt(parts.engine, 'startContainer');
    const slow = parts.service.create({ name: 'slow', folder });
    await isReached;
    const quick = parts.service.create({ name: 'quick', folder });
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    assert.deepEqual(
      [...parts.engine.containers.values()].map(({ spec, state }) => [spec.name.split('-')[1], state]),
      [
        ['first', 'paused'],
        ['slow', 'created'],
      ],
    );
    letGoOn();
    await Promise.all([slow, quick]);
    assert.deepEqual(statesOf(parts), { first: 'running', slow: 'running', quick: 'running' });
    const count = (step: string) => parts.engine.calls.filter((call) => call === step).length;
    assert.deepEqual([count('pauseContainer'), count('resumeContainer')], [2, 2]);
  });

  it('stand still for who starts in a part of it, though they were just let go after a start in another part', async () => {
    const parts = workspacesOnFake();
    const { id } = await parts.service.create({ name: 'whole', folder });
    const { letGoOn, isReached } = holdAt(parts.engine, 'startContainer');
    const one = parts.service.create({ name: 'one', folder: `${folder}/one` });
    await isReached;
    const list = parts.engine.listContainers.bind(parts.engine);
    parts.engine.listContainers = async () => {
      parts.engine.listContainers = list;
      const listed = await list();
      letGoOn();
      await one;
      assert.equal(parts.service.get(id)?.container.kind, 'running');
      return listed;
    };
    let whileItStarts: unknown;
    parts.engine.before = (step) => {
      if (step === 'startContainer') whileItStarts = statesOf(parts)['whole'];
      return undefined;
    };
    await parts.service.create({ name: 'other', folder: `${folder}/other` });
    assert.equal(whileItStarts, 'paused');
    assert.deepEqual(statesOf(parts), { whole: 'running', one: 'running', other: 'running' });
  });

  it('go on when two that start in parts of it have held them at the same moment', async () => {
    const parts = workspacesOnFake();
    const { id } = await parts.service.create({ name: 'whole', folder });
    const pause = parts.engine.pauseContainer.bind(parts.engine);
    let tellPaused: () => void = () => undefined;
    const isPaused = new Promise<void>((resolve) => (tellPaused = resolve));
    let pauses = 0;
    parts.engine.pauseContainer = async (containerId) => {
      if (pauses++ === 0) await isPaused;
      const isPausedNow = await pause(containerId);
      tellPaused();
      return isPausedNow;
    };
    await Promise.all(
      ['one', 'other'].map((name) => parts.service.create({ name, folder: `${folder}/${name}` })),
    );
    assert.deepEqual(statesOf(parts), { whole: 'running', one: 'running', other: 'running' });
    assert.equal(pauses, 2);
    await parts.settled();
    const { workspaces } = parts.storage.read('cordon.workspaces') as { workspaces: WorkspaceRecord[] };
    assert.deepEqual(
      workspaces.filter((record) => record.id === id).map((record) => isHeldStill(record)),
      [false],
    );
  });

  it('keep what is to be started in them waiting, and run it as soon as they go on', async () => {
    const parts = workspacesOnFake();
    const { id } = await parts.service.create({ name: 'first', folder });
    const { letGoOn, isReached } = holdAt(parts.engine, 'startContainer');
    const second = parts.service.create({ name: 'second', folder });
    await isReached;
    parts.engine.calls.length = 0;
    const command = parts.service.exec(id, ['true']);
    const report = parts.service.isolationReport(id);
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    assert.ok(!parts.engine.calls.includes('startProcess'));
    letGoOn();
    await second;
    assert.equal((await command).exitCode, 0);
    assert.equal((await report).grade, 'A');
  });

  it('that a person paused before go on only after it has started', async () => {
    for (const operation of ['resume', 'stop'] as const) {
      const parts = workspacesOnFake();
      const { id } = await parts.service.create({ name: 'first', folder });
      await parts.service.pause(id);
      const { letGoOn, isReached } = holdAt(parts.engine, 'startContainer');
      const second = parts.service.create({ name: 'second', folder });
      await isReached;
      const changed = parts.service[operation](id);
      for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
      assert.ok(!parts.engine.calls.includes(`${operation}Container`), operation);
      letGoOn();
      await Promise.all([second, changed]);
      assert.equal(statesOf(parts)['first'], operation === 'stop' ? 'stopped' : 'running');
    }
  });

  it('stand still while records and engine are brought to agree, too', async () => {
    const parts = workspacesOnFake();
    await parts.service.create({ name: 'first', folder });
    let whileItStarts: unknown;
    parts.engine.before = async (step) => {
      if (step !== 'startContainer') return;
      assert.ok((await parts.reconcile()).result);
      whileItStarts = statesOf(parts)['first'];
    };
    await parts.service.create({ name: 'second', folder });
    assert.equal(whileItStarts, 'paused');
    assert.deepEqual(statesOf(parts), { first: 'running', second: 'running' });
  });

  it('go on soon when the first try to let them go failed', async () => {
    const parts = workspacesOnFake();
    const { id } = await parts.service.create({ name: 'first', folder });
    let failures = 0;
    parts.engine.before = (step) => {
      if (step === 'resumeContainer' && failures++ === 0) throw new Error('broken');
    };
    await parts.service.create({ name: 'second', folder });
    assert.equal(parts.service.get(id)?.container.kind, 'paused');
    await new Promise<void>((resolve) => {
      parts.service.onDidChange(({ current }) => {
        if (current?.id === id && current.container.kind === 'running') resolve();
      });
    });
    await parts.settled();
    assertNobodyIsHeld(parts.storage);
  });

  it('go on after the process that held them was killed', async () => {
    const engine = new FakeEngine();
    const memory = new MemoryStorage();
    const killed = workspacesOnFake({ engine, memory });
    await killed.service.create({ name: 'first', folder });
    engine.before = (step) => (step === 'startContainer' ? new Promise(() => undefined) : undefined);
    void killed.service.create({ name: 'second', folder }).catch(() => undefined);
    while (statesOf(killed)['first'] !== 'paused') await new Promise(setImmediate);
    killed.dispose();
    engine.before = () => undefined;
    const next = workspacesOnFake({ engine, memory });
    await next.reconcile();
    assert.deepEqual(statesOf(next), { first: 'running' });
    assertNobodyIsHeld(memory);
  });

  it('stay paused when a person paused them meanwhile and the process that held them was killed', async () => {
    const engine = new FakeEngine();
    const memory = new MemoryStorage();
    const killed = workspacesOnFake({ engine, memory });
    const { id } = await killed.service.create({ name: 'first', folder });
    engine.before = (step) => (step === 'startContainer' ? new Promise(() => undefined) : undefined);
    void killed.service.create({ name: 'second', folder }).catch(() => undefined);
    while (statesOf(killed)['first'] !== 'paused') await new Promise(setImmediate);
    await killed.service.pause(id);
    killed.dispose();
    engine.before = () => undefined;
    const next = workspacesOnFake({ engine, memory });
    await next.reconcile();
    assert.deepEqual(statesOf(next), { first: 'paused' });
  });

  it('stay paused when a person pauses them just as they go on', async () => {
    const parts = workspacesOnFake();
    const { id } = await parts.service.create({ name: 'first', folder });
    let goOn: () => void = () => undefined;
    const goesOn = new Promise<void>((resolve) => (goOn = resolve));
    let second: Promise<unknown> = Promise.resolve();
    await new Promise<void>((isGoingOn) => {
      parts.engine.before = (step) => {
        if (step !== 'resumeContainer') return undefined;
        isGoingOn();
        return goesOn;
      };
      second = parts.service.create({ name: 'second', folder });
    });
    const paused = parts.service.pause(id);
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    goOn();
    await Promise.all([second, paused]);
    assert.equal(statesOf(parts)['first'], 'paused');
  });

  it('stay paused when another window paused them meanwhile', async () => {
    const engine = new FakeEngine();
    const memory = new MemoryStorage();
    const one = workspacesOnFake({ engine, memory, owner: 1, isAlive: () => true });
    const { id } = await one.service.create({ name: 'first', folder });
    const other = workspacesOnFake({ engine, memory, owner: 2, isAlive: () => true });
    await other.reconcile();
    let starts: () => void = () => undefined;
    const starting = new Promise<void>((resolve) => (starts = resolve));
    engine.before = (step) => (step === 'startContainer' ? starting : undefined);
    const second = one.service.create({ name: 'second', folder });
    while (statesOf(one)['first'] !== 'paused') await new Promise(setImmediate);
    await other.reconcile();
    await other.service.pause(id);
    starts();
    await second;
    assert.equal(statesOf(one)['first'], 'paused');
  });

  it('stay held by another window that was quicker, when this one gives up', async () => {
    const engine = new FakeEngine();
    const memory = new MemoryStorage();
    const [one, other] = [1, 2].map((owner) =>
      workspacesOnFake({ engine, memory, owner, isAlive: () => true }),
    ) as [ReturnType<typeof workspacesOnFake>, ReturnType<typeof workspacesOnFake>];
    await one.service.create({ name: 'first', folder });
    await other.reconcile();
    const { isReached, letGoOn } = holdAt(engine, 'startContainer');
    const list = engine.listContainers.bind(engine);
    let starting: Promise<unknown> | undefined;
    engine.listContainers = async () => {
      const listed = await list();
      engine.listContainers = list;
      starting = one.service.create({ name: 'second', folder });
      await isReached;
      return listed;
    };
    assert.equal(await codeOf(other.service.create({ name: 'third', folder })), 'conflict');
    assert.equal(statesOf(one)['first'], 'paused');
    letGoOn();
    await starting;
    assert.deepEqual(statesOf(one), { first: 'running', second: 'running' });
    assertNobodyIsHeld(memory);
  });

  it('cannot add a protected file between the search and the start of one that exists', async () => {
    let isThere = false;
    const search = () => Promise.resolve(isThere ? { ...emptyScan, readOnly: ['.envrc'] } : emptyScan);
    const nothingToDo = () => undefined;
    const parts = workspacesOnFake({
      scanFolder: search,
      watchFolder: () => ({
        ...{ isComplete: true, isCached: true, current: search, dispose: nothingToDo },
        onDidChange: () => ({ dispose: nothingToDo }),
      }),
    });
    parts.engine.probe = () => '';
    await parts.service.create({ name: 'first', folder });
    const { id } = await parts.service.create({ name: 'second', folder });
    await parts.service.stop(id);
    parts.engine.before = (step) => {
      if (step === 'pauseContainer') isThere = true;
      return undefined;
    };
    await parts.service.start(id);
    const container = parts.service.get(id)?.container;
    assert.ok(container?.kind === 'running');
    const { readOnlyPaths } = (await parts.engine.inspectContainer(container.id)) ?? {};
    assert.ok(readOnlyPaths?.includes('/workspace/.envrc'), String(readOnlyPaths));
  });

  it('keep nobody from starting when they end just before they are held', async () => {
    const parts = workspacesOnFake();
    const { container } = await parts.service.create({ name: 'first', folder });
    assert.ok(container.kind === 'running');
    parts.engine.before = (step) => {
      if (step !== 'pauseContainer') return undefined;
      Object.assign(parts.engine.containers.get(container.id)!, { state: 'exited' });
      throw new CordonError('notRunning', 'The container does not run.');
    };
    assert.equal((await parts.service.create({ name: 'second', folder })).container.kind, 'running');
    assertNobodyIsHeld(parts.storage);
  });

  it('are waited for while another window holds them still', async () => {
    const engine = new FakeEngine();
    const memory = new MemoryStorage();
    const [one, other] = [1, 2].map((owner) =>
      workspacesOnFake({ engine, memory, owner, isAlive: (pid) => pid !== owner }),
    ) as [ReturnType<typeof workspacesOnFake>, ReturnType<typeof workspacesOnFake>];
    await one.service.create({ name: 'first', folder });
    const { isReached, letGoOn } = holdAt(engine, 'startContainer');
    const starting = one.service.create({ name: 'second', folder });
    await isReached;
    assert.equal(statesOf(one)['first'], 'paused');
    let hasStarted = false;
    const alsoStarting = other.service.create({ name: 'third', folder }).then(() => (hasStarted = true));
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    assert.equal(hasStarted, false);
    letGoOn();
    await Promise.all([starting, alsoStarting]);
    assert.deepEqual(statesOf(one), { first: 'running', second: 'running', third: 'running' });
    assertNobodyIsHeld(memory);
  });

  it('are held no more when they ended while they were', async () => {
    const parts = workspacesOnFake({ isAlive: () => true });
    const { container } = await parts.service.create({ name: 'first', folder });
    assert.ok(container.kind === 'running');
    parts.engine.before = (step) => {
      if (step === 'resumeContainer') throw new CordonError('notRunning', 'The container does not run.');
    };
    await parts.service.create({ name: 'second', folder });
    await parts.settled();
    assertNobodyIsHeld(parts.storage);
  });

  it('keep everybody from starting when they cannot be held', async () => {
    const parts = workspacesOnFake();
    await parts.service.create({ name: 'first', folder });
    parts.engine.before = (step) => {
      if (step === 'pauseContainer') throw new CordonError('engineFailed', 'No freezer.');
    };
    assert.equal(await codeOf(parts.service.create({ name: 'second', folder })), 'engineFailed');
  });

  it('stay paused when somebody pauses them just before they are held', async () => {
    const parts = workspacesOnFake();
    const { container } = await parts.service.create({ name: 'first', folder });
    assert.ok(container.kind === 'running');
    const { id: containerId } = container;
    let isFirst = true;
    parts.engine.before = async (step) => {
      if (step !== 'pauseContainer' || !isFirst) return;
      isFirst = false;
      await parts.engine.pauseContainer(containerId);
    };
    await parts.service.create({ name: 'second', folder });
    assert.deepEqual(statesOf(parts), { first: 'paused', second: 'running' });
  });
});

function assertNobodyIsHeld(storage: MemoryStorage): void {
  const { workspaces } = storage.read('cordon.workspaces') as { workspaces: WorkspaceRecord[] };
  assert.deepEqual(
    workspaces.filter((record) => isHeldStill(record)).map(({ name }) => name),
    [],
  );
}

/** Holds the engine up at the first such step until it is let go on. */
function holdAt(engine: FakeEngine, held: string) {
  let reach: () => void = () => undefined;
  let letGoOn: () => void = () => undefined;
  const isReached = new Promise<void>((resolve) => (reach = resolve));
  const goesOn = new Promise<void>((resolve) => (letGoOn = resolve));
  engine.before = (step) => {
    if (step !== held) return undefined;
    engine.before = () => undefined;
    reach();
    return goesOn;
  };
  return { isReached, letGoOn };
}
