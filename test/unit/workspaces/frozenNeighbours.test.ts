import assert from 'node:assert/strict';
import { FakeEngine } from '../../support/fakeEngine.ts';
import { MemoryStorage } from '../../support/memoryStorage.ts';
import { folder, workspacesOnFake } from '../../support/workspacesOnFake.ts';

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
});
