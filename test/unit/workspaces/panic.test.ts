import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { CordonError } from '../../../src/shared/errors.ts';
import { FakeEngine } from '../../support/fakeEngine.ts';
import { MemoryStorage } from '../../support/memoryStorage.ts';
import { codeOf, folder, workspacesOnFake } from '../../support/workspacesOnFake.ts';

/** Once everything has happened that needs no time. */
async function idle() {
  for (let turn = 0; turn < 30; turn++) await setImmediate();
}

async function three() {
  const core = workspacesOnFake();
  const ids = [];
  for (const name of ['one', 'two', 'three']) ids.push((await core.service.create({ name, folder })).id);
  const [one = '', two = '', three = ''] = ids;
  await core.service.stop(three);
  const containerOf = (id: string) =>
    [...core.engine.containers.values()].find(({ spec }) => spec.workspaceId === id)!;
  return { ...core, one, two, three, containerOf };
}

describe('panic', () => {
  it('freezes what runs, cuts its network, removes nothing, and says so', async () => {
    const { service, engine, one, two, three: stopped, containerOf } = await three();
    const outcomes = await service.panic();
    assert.deepEqual(
      outcomes.map(({ id, result, problem }) => [id, result, problem]),
      [
        [one, 'frozen', undefined],
        [two, 'frozen', undefined],
      ],
    );
    for (const id of [one, two]) {
      assert.equal(containerOf(id).state, 'paused');
      assert.equal(engine.attached.get(containerOf(id).id)?.size, 0);
      assert.ok(service.get(id)?.frozen);
      assert.deepEqual(
        (await service.securityLog(id)).map(({ cause }) => cause),
        ['panic'],
      );
    }
    assert.equal(engine.containers.size, 3);
    assert.equal(engine.networks.size, 3);
    assert.equal(service.get(stopped)?.frozen, undefined);
    await assert.rejects(service.securityLog('nobody'), { code: 'workspaceNotFound' });
  });

  it('lets nothing run until the release, which is named; archive and delete work', async () => {
    const { service, one, two } = await three();
    await service.panic();
    const refused = await Promise.all(
      [
        service.start(one),
        service.stop(one),
        service.restart(one),
        service.pause(one),
        service.resume(one),
        service.update(one, { limits: { pids: 64 } }),
        service.exec(one, ['true']),
        service.openSession(one, { kind: 'terminal' }),
      ].map((attempt) =>
        attempt.then(
          () => 'done',
          (error: unknown) => error as CordonError,
        ),
      ),
    );
    for (const error of refused) {
      assert.ok(error instanceof CordonError);
      assert.equal(error.code, 'conflict');
      assert.match(error.message, /Release after Panic/);
    }
    assert.equal((await service.isolationReport(one)).findings.length > 0, true);
    await service.remove(one);
    assert.equal((await service.archive(two)).frozen, undefined);
    await service.restore(two);
    assert.equal((await service.start(two)).container.kind, 'running');
  });

  it('goes past an operation that hangs, and cancels it', async () => {
    const { service, engine, one, two, containerOf } = await three();
    engine.before = (step) => (step === 'updateContainer' ? new Promise<never>(() => undefined) : undefined);
    const cancel = new AbortController();
    const hanging = codeOf(service.update(one, { limits: { pids: 64 } }, { signal: cancel.signal }));
    const waiting = codeOf(service.restart(one));
    await idle();
    const outcomes = await service.panic();
    assert.deepEqual(
      outcomes.map(({ result }) => result),
      ['frozen', 'frozen'],
    );
    assert.deepEqual([containerOf(one).state, containerOf(two).state], ['paused', 'paused']);
    assert.equal(await waiting, 'cancelled');
    void hanging;
  });

  it('freezes what an operation under way starts a moment later', async () => {
    const { service, engine, three: stopped, containerOf } = await three();
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    engine.before = (step) => (step === 'startContainer' ? held : undefined);
    const starting = codeOf(service.start(stopped));
    await idle();
    const outcomes = await service.panic();
    assert.equal(outcomes.length, 3);
    goOn();
    assert.equal(await starting, 'cancelled');
    await idle();
    assert.equal(containerOf(stopped).state, 'paused');
    assert.ok(service.get(stopped)?.frozen);
  });

  it('unmakes what was just being made', async () => {
    const { service, engine, storage } = workspacesOnFake();
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    engine.before = (step) => (step === 'createContainer' ? held : undefined);
    const creating = codeOf(service.create({ name: 'new', folder }));
    await idle();
    await service.panic();
    goOn();
    assert.equal(await creating, 'cancelled');
    assert.deepEqual([engine.containers.size, engine.networks.size, service.list().length], [0, 0, 0]);
    assert.doesNotMatch(JSON.stringify(storage.read('cordon.workspaces')), /new/);
  });

  it('kills what cannot be paused, and says what could not be done', async () => {
    const { service, engine, one, two, containerOf } = await three();
    const broken = containerOf(one).id;
    engine.pauseContainer = (id) =>
      id === broken
        ? Promise.reject(new CordonError('engineFailed', 'The freezer is broken.'))
        : FakeEngine.prototype.pauseContainer.call(engine, id);
    const outcomes = await service.panic();
    assert.deepEqual(
      outcomes.map(({ id, result }) => [id, result]),
      [
        [one, 'stopped'],
        [two, 'frozen'],
      ],
    );
    assert.match(outcomes[0]?.problem ?? '', /freezer is broken/);
    engine.killContainer = () => Promise.reject(new CordonError('engineFailed', 'No kill.'));
    await service.release(two);
    engine.pauseContainer = () => Promise.reject(new CordonError('engineFailed', 'No pause.'));
    const again = await service.panic();
    assert.equal(again.find(({ id }) => id === two)?.result, 'failed');
    const log = await service.securityLog(two);
    assert.equal(log.at(-1)?.severity, 'critical');
  });

  it('says the worst that became of the containers of one workspace', async () => {
    const { service, engine, one, containerOf } = await three();
    const main = containerOf(one);
    const spare = await engine.createContainer({ ...main.spec, name: 'spare' });
    engine.containers.get(spare)!.state = 'running';
    engine.killContainer = () => Promise.reject(new CordonError('engineFailed', 'No kill.'));
    // Whichever of them is the last to be told of.
    for (const [broken, last] of [
      [main.id, spare],
      [spare, main.id],
    ]) {
      engine.pauseContainer = async (id) => {
        if (id === last) await idle();
        if (id === broken) throw new CordonError('engineFailed', 'The freezer is broken.');
        return await FakeEngine.prototype.pauseContainer.call(engine, id);
      };
      const outcomes = await service.panic();
      const outcome = outcomes.find(({ id }) => id === one);
      assert.equal(outcome?.result, 'failed');
      assert.match(outcome.problem ?? '', /freezer is broken/);
    }
  });

  it('takes nothing for stopped of which the engine does not tell', async () => {
    const { service, engine, three: stopped, one } = await three();
    engine.before = (step) => (step === 'createContainer' ? new Promise<never>(() => undefined) : undefined);
    await engine.removeEverythingOf(stopped);
    await idle();
    void codeOf(service.start(stopped));
    await idle();
    engine.listContainers = () => Promise.reject(new CordonError('engineFailed', 'No list.'));
    const outcomes = await service.panic();
    assert.equal(outcomes.find(({ id }) => id === one)?.result, 'frozen');
    const untold = outcomes.find(({ id }) => id === stopped);
    assert.deepEqual([untold?.result, untold?.problem], ['failed', 'The engine did not tell what runs.']);
  });

  it('freezes what was known to run where the engine does not list it', async () => {
    const { service, engine, one, two, containerOf } = await three();
    engine.listContainers = () => Promise.reject(new CordonError('engineFailed', 'No list.'));
    assert.deepEqual(
      (await service.panic()).map(({ id, result }) => [id, result]),
      [
        [one, 'frozen'],
        [two, 'frozen'],
      ],
    );
    for (const id of [one, two]) assert.equal(containerOf(id).state, 'paused');
  });

  it('is finished when the engine is back, and kept by the next window', async () => {
    const engine = new FakeEngine();
    const memory = new MemoryStorage();
    const first = workspacesOnFake({ engine, memory });
    const { id } = await first.service.create({ name: 'one', folder });
    const container = [...engine.containers.values()][0]!;
    engine.lose();
    const outcomes = await first.service.panic();
    assert.deepEqual(
      outcomes.map(({ result }) => result),
      ['waiting'],
    );
    assert.equal(container.state, 'running');
    engine.comeBack();
    await idle();
    assert.equal(container.state, 'paused');
    assert.equal(engine.attached.get(container.id)?.size, 0);
    first.dispose();

    container.state = 'running';
    const second = workspacesOnFake({ engine, memory });
    await second.reconcile();
    assert.equal(container.state, 'paused');
    assert.ok(second.service.get(id)?.frozen);
    await engine.resumeContainer(container.id);
    await idle();
    assert.equal(container.state, 'paused');
    second.dispose();
  });

  it('holds in a window that worked on with what it knew before', async () => {
    const engine = new FakeEngine();
    const memory = new MemoryStorage();
    const one = workspacesOnFake({ engine, memory });
    const { id } = await one.service.create({ name: 'one', folder });
    const other = workspacesOnFake({ engine, memory });
    await other.reconcile();
    await one.service.panic();
    await idle();
    assert.equal(await codeOf(other.service.resume(id)), 'conflict');
    await other.service.create({ name: 'another', folder });
    await one.service.create({ name: 'third', folder });
    assert.ok(one.service.get(id)?.frozen);
    await other.service.release(id);
    await one.reconcile();
    assert.equal(one.service.get(id)?.frozen, undefined);
    assert.equal(one.service.get(id)?.container.kind, 'running');
    one.dispose();
    other.dispose();
  });
});

describe('a release', () => {
  it('gives the network back, then lets it run', async () => {
    const { service, engine, one, two, containerOf } = await three();
    await service.panic();
    engine.calls.length = 0;
    const workspace = await service.release(one);
    assert.equal(workspace.frozen, undefined);
    assert.equal(workspace.container.kind, 'running');
    assert.ok(engine.calls.indexOf('connectNetwork') < engine.calls.indexOf('resumeContainer'));
    assert.equal(engine.attached.get(containerOf(one).id)?.size, 1);
    await idle();
    assert.equal(containerOf(one).state, 'running');
    assert.equal(containerOf(two).state, 'paused');
    assert.equal((await service.release(one)).container.kind, 'running');
  });

  it('does not let run what is not isolated as promised', async () => {
    const { service, engine, one, containerOf } = await three();
    await service.panic();
    engine.factsOf = (_, facts) => ({ ...facts, privileged: true });
    assert.equal(await codeOf(service.release(one)), 'isolationNotHeld');
    assert.equal(containerOf(one).state, 'paused');
    assert.equal(engine.attached.get(containerOf(one).id)?.size, 0);
    assert.ok(service.get(one)?.frozen);
  });

  it('says when the network is gone, and only frees what has no container', async () => {
    const { service, engine, one, two, containerOf } = await three();
    await service.panic();
    for (const [id, { workspaceId }] of engine.networks) if (workspaceId === one) engine.networks.delete(id);
    assert.equal(await codeOf(service.release(one)), 'conflict');
    assert.ok(service.get(one)?.frozen);
    await engine.removeContainer(containerOf(two).id);
    assert.equal((await service.release(two)).container.kind, 'absent');
    assert.equal((await service.start(two)).container.kind, 'running');
  });
});
