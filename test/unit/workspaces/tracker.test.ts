import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ContainerEvent } from '../../../src/workspaces/engineEvents.ts';
import { applyEvent, endedState, statusOf } from '../../../src/workspaces/containerState.ts';
import type { ContainerState } from '../../../src/workspaces/workspace.ts';
import { FakeEngine } from '../../support/fakeEngine.ts';
import { MemoryStorage } from '../../support/memoryStorage.ts';
import { withoutWaiting } from '../../support/withoutWaiting.ts';
import { folder, workspacesOnFake } from '../../support/workspacesOnFake.ts';

type Parts = ReturnType<typeof workspacesOnFake>;

async function followed() {
  const parts = workspacesOnFake();
  const { id, container } = await parts.service.create({ name: 'demo', folder });
  const containerId = 'id' in container ? container.id : '';
  const tell = (action: ContainerEvent['action'], exitCode?: number) => {
    parts.engine.emit({ workspaceId: id, containerId, action, ...(exitCode !== undefined && { exitCode }) });
    return parts.service.get(id)!.container.kind;
  };
  return { ...parts, id, containerId, tell };
}

describe('events of the engine', () => {
  withoutWaiting();

  it('show at once', async () => {
    const { tell, service, id } = await followed();
    assert.equal(tell('pause'), 'paused');
    assert.equal(tell('unpause'), 'running');
    assert.equal(tell('die', 0), 'stopped');
    assert.equal(service.get(id)?.status, 'inactive');
    assert.equal(tell('start'), 'running');
    assert.equal(tell('die', 2), 'failed');
    assert.equal(tell('destroy'), 'absent');
  });

  it('change one workspace only, and only when something changed', async () => {
    const { tell, service, id } = await followed();
    const other = await service.create({ name: 'other', folder });
    const changed: string[] = [];
    service.onDidChange((change) => changed.push(change.id));
    tell('pause');
    tell('pause');
    tell('kill');
    assert.deepEqual(changed, [id]);
    assert.equal(service.get(other.id)?.container.kind, 'running');
  });

  it('of a moment for which this window held it still are passed over when they come late, and those of others are not', async () => {
    const { engine, service, id, containerId, tell } = await followed();
    const late: ContainerEvent[] = [];
    const emit = engine.emit.bind(engine);
    engine.emit = (event) => {
      if (event.containerId === containerId) late.push({ ...event, timeMs: event.timeMs ?? 0 });
      else emit(event);
    };
    await service.create({ name: 'neighbour', folder });
    assert.deepEqual(
      late.map(({ action }) => action),
      ['pause', 'unpause'],
    );
    engine.emit = emit;
    const seen = late.map((event) => {
      engine.emit(event);
      return service.get(id)?.container.kind;
    });
    assert.deepEqual(seen, ['running', 'running']);
    assert.equal(tell('pause'), 'paused');
  });

  it('of a container that is not the current one are ignored, unless it is newer', async () => {
    const { engine, service, id } = await followed();
    engine.emit({ workspaceId: id, containerId: 'older', action: 'destroy' });
    assert.equal(service.get(id)?.container.kind, 'running');
    engine.emit({ workspaceId: id, containerId: 'newer', action: 'start' });
    const now = service.get(id)?.container;
    assert.ok(now?.kind === 'running' && now.id === 'newer');
  });

  it('are not undone by a list that tells what was a moment ago', async () => {
    const { tell, engine, service, reconcile, id, containerId } = await followed();
    const before = await engine.listContainers();
    Object.assign(engine.containers.get(containerId)!, { state: 'exited', exitCode: 137 });
    assert.equal(tell('die', 137), 'stopped');
    engine.listContainers = () => Promise.resolve(before);
    await reconcile();
    assert.deepEqual([service.get(id)?.container.kind, service.get(id)?.status], ['stopped', 'inactive']);
  });

  it('are asked for again where another window stores what does not follow from them', async () => {
    const { tell, engine, service, storage, id, containerId } = await followed();
    Object.assign(engine.containers.get(containerId)!, { state: 'exited', exitCode: 0 });
    tell('die', 0);
    const stored = storage.read('cordon.workspaces') as { workspaces: object[] };
    const at = new Date(Date.now() + 1000).toISOString();
    const isWrong = { status: 'active', statusAt: at, updatedAt: at };
    const isRight = new Promise<void>((resolve) => {
      service.onDidChange(({ current }) => {
        if (current?.status === 'inactive') resolve();
      });
    });
    await storage.write('cordon.workspaces', {
      ...stored,
      workspaces: stored.workspaces.map((record) => ({ ...record, ...isWrong })),
    });
    assert.equal(service.get(id)?.status, 'active');
    await isRight;
  });

  it('and results of an operation count no more once the engine is lost', async () => {
    const { engine, service, id, containerId } = await followed();
    await service.stop(id);
    engine.before = (step) => {
      if (step !== 'inspectContainer' || engine.containers.get(containerId)?.state !== 'running') return;
      // The answer to this call is the last that the engine gives.
      engine.before = () => undefined;
      queueMicrotask(() => {
        engine.lose();
      });
    };
    await service.start(id).catch(() => undefined);
    await new Promise((done) => setTimeout(done, 5));
    assert.equal(service.get(id)?.container.kind, 'unknown');
  });

  it('that come late count no more: the engine is asked what is so', async () => {
    const { engine, service, id, containerId } = await followed();
    const tell = (action: ContainerEvent['action'], timeMs: number) => {
      engine.emit({ workspaceId: id, containerId, action, timeMs });
      return service.get(id)!.container.kind;
    };
    const later = 1_800_000_000_000;
    assert.equal(tell('pause', later), 'paused');
    assert.equal(tell('unpause', later - 1), 'paused');
    assert.equal(tell('start', later - 1), 'paused');
    const asked = new Promise<void>((done) => {
      service.onDidChange(({ current }) => {
        if (current?.container.kind === 'running') done();
      });
    });
    // The fake engine never paused it.
    await asked;
    await new Promise(setImmediate);
    // The engine's clock was moved: what it tells from now on counts.
    assert.equal(tell('pause', later - 3_600_000), 'paused');
  });

  it('of the end of an earlier run end no later one, whenever they come', async () => {
    const { engine, service, reconcile, id, containerId } = await followed();
    await reconcile();
    const emit = engine.emit.bind(engine);
    // All that the engine itself tells is late.
    engine.emit = () => undefined;
    const die = (timeMs: number) => {
      emit({ workspaceId: id, containerId, action: 'die', exitCode: 0, timeMs });
      return service.get(id)!.container.kind;
    };
    engine.before = (step) => {
      if (step === 'restartContainer') die(1);
    };
    await service.restart(id);
    const { container } = service.get(id)!;
    assert.ok(container.kind === 'running' && container.startedAt !== undefined);
    const startedMs = Date.parse(container.startedAt);
    assert.deepEqual([die(startedMs - 1), die(startedMs)], ['running', 'stopped']);
  });

  it('of a container that is gone bring it back no more', async () => {
    const { tell } = await followed();
    assert.equal(tell('destroy'), 'absent');
    for (const action of ['die', 'pause', 'unpause', 'kill', 'destroy'] as const)
      assert.equal(tell(action), 'absent', action);
    assert.equal(tell('start'), 'running');
  });

  it('cannot thaw or freeze a container that ended', async () => {
    const { tell } = await followed();
    tell('die', 0);
    assert.deepEqual([tell('unpause'), tell('pause')], ['stopped', 'stopped']);
  });

  it('say why a workspace has no container any more', async () => {
    const { tell, service, id } = await followed();
    tell('die', 137);
    tell('destroy');
    const { container, status } = service.get(id)!;
    assert.deepEqual([status, container.kind], ['inactive', 'absent']);
    assert.match('reason' in container ? (container.reason ?? '') : '', /outside of Cordon/);
  });

  it('of workspaces that nobody knows change nothing', async () => {
    const { engine, service } = await followed();
    engine.emit({ workspaceId: 'f'.repeat(32), containerId: 'x', action: 'start' });
    assert.equal(service.list().length, 1);
  });

  it('that nobody told of another window’s workspace are made up for by asking', async () => {
    const [engine, memory] = [new FakeEngine(), new MemoryStorage()];
    const [one, other] = [1, 2].map((owner) => workspacesOnFake({ engine, memory, owner })) as [Parts, Parts];
    await other.reconcile();
    const kinds: (string | undefined)[] = [];
    const asked = new Promise<void>((resolve) => {
      other.service.onDidChange(({ current }) => {
        kinds.push(current?.container.kind);
        if (current?.container.kind === 'absent') resolve();
      });
    });
    await one.service.create({ name: 'demo', folder, start: false });
    await asked;
    assert.deepEqual(kinds, ['unknown', 'absent']);
  });

  it('that came during an operation count after its result', async () => {
    const { engine, service, id, containerId } = await followed();
    await service.stop(id);
    engine.before = (step) => {
      if (step === 'inspectContainer' && engine.containers.get(containerId)?.state === 'running')
        engine.emit({ workspaceId: id, containerId, action: 'die', exitCode: 1 });
    };
    const started = await service.start(id);
    assert.equal(started.container.kind, 'running');
    await new Promise((done) => setTimeout(done));
    assert.equal(service.get(id)?.container.kind, 'failed');
  });

  const actions = [
    'create',
    'start',
    'stop',
    'die',
    'kill',
    'pause',
    'unpause',
    'destroy',
    'oom',
    'rename',
    'update',
  ] as const;
  it('give the same state when they are told twice', () => {
    const event = fc.record({
      workspaceId: fc.constant('w'),
      containerId: fc.constantFrom('a', 'b'),
      action: fc.constantFrom(...actions),
      exitCode: fc.constantFrom(0, 1, 137),
      timeMs: fc.constant(0),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        const start: ContainerState = { kind: 'absent' };
        const once = events.reduce(applyEvent, start);
        const last = events.at(-1);
        if (last && last.action !== 'create') assert.deepEqual(applyEvent(once, last), once);
      }),
    );
  });
});

describe('what a container that ended is called', () => {
  it('is stopped for 0, SIGTERM, SIGKILL and unknown codes, failed for others', () => {
    assert.deepEqual(
      [0, 143, 137, undefined, 1, 127].map((code) => endedState('x', code).kind),
      ['stopped', 'stopped', 'stopped', 'stopped', 'failed', 'failed'],
    );
  });

  it('leaves an archived workspace archived', () => {
    assert.equal(statusOf({ kind: 'running', id: 'x' }, 'archived'), 'archived');
  });
});
