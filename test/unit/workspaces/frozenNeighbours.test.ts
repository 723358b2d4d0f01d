import assert from 'node:assert/strict';
import { FakeEngine } from '../../support/fakeEngine.ts';
import { MemoryStorage } from '../../support/memoryStorage.ts';
import { emptyScan, folder, workspacesOnFake } from '../../support/workspacesOnFake.ts';

describe('workspaces of a folder in which another one starts', () => {
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

  it('stand still for as long as any of several starts', async () => {
    const parts = workspacesOnFake();
    await parts.service.create({ name: 'first', folder });
    let starts = 0;
    let letStart: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letStart = resolve));
    parts.engine.before = (step) => (step === 'startContainer' && ++starts === 1 ? held : undefined);
    const slow = parts.service.create({ name: 'slow', folder });
    while (starts === 0) await new Promise(setImmediate);
    await parts.service.create({ name: 'quick', folder });
    assert.equal(statesOf(parts)['first'], 'paused');
    letStart();
    await slow;
    assert.equal(statesOf(parts)['first'], 'running');
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
    assert.doesNotMatch(memory.values.get('cordon.workspaces') ?? '', /"held"/);
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
