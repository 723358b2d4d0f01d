import assert from 'node:assert/strict';
import { createHook } from 'node:async_hooks';
import { CordonError } from '../../../src/shared/errors.ts';
import { UnstartableContainer } from '../../../src/workspaces/unstartableContainer.ts';
import { codeOf, folder, workspacesOnFake } from '../../support/workspacesOnFake.ts';

async function oneRunning() {
  const parts = workspacesOnFake();
  const { id } = await parts.service.create({ name: 'demo', folder });
  const kind = () => parts.service.get(id)?.container.kind;
  return { ...parts, id, kind };
}

describe('life cycle', () => {
  it('stops, starts, pauses, resumes and restarts', async () => {
    const { service, id, kind } = await oneRunning();
    assert.equal((await service.stop(id)).status, 'inactive');
    assert.equal(kind(), 'stopped');
    assert.equal((await service.start(id)).status, 'active');
    assert.equal((await service.pause(id)).container.kind, 'paused');
    assert.equal((await service.resume(id)).container.kind, 'running');
    assert.equal((await service.restart(id)).container.kind, 'running');
  });

  it('takes what is already so for success', async () => {
    const { service, id } = await oneRunning();
    await service.start(id);
    await service.pause(id);
    await service.pause(id);
    assert.equal((await service.start(id)).container.kind, 'running', 'starting what is paused resumes it');
    await service.stop(id);
    await service.stop(id);
    assert.equal(await codeOf(service.pause(id)), 'notRunning');
    assert.equal(await codeOf(service.resume(id)), 'notRunning');
    assert.equal(
      (await service.restart(id)).container.kind,
      'running',
      'restarting what is stopped starts it',
    );
  });

  it('makes the container anew when somebody else removed it', async () => {
    const { service, engine, id } = await oneRunning();
    await service.stop(id);
    engine.containers.clear();
    assert.equal((await service.start(id)).container.kind, 'running');
    assert.equal(engine.containers.size, 1);
  });

  it('makes the container anew when the engine can never start it again, unless something would be lost', async () => {
    for (const [profile, outcome] of [
      ['standard', 'resolved'],
      ['basic', 'engineFailed'],
    ] as const) {
      const { service, engine } = workspacesOnFake();
      const { id } = await service.create({ name: 'demo', folder, profile });
      await service.stop(id);
      const [first = ''] = engine.containers.keys();
      let isFirst = true;
      engine.before = (step) => {
        if (step !== 'startContainer' || !isFirst) return;
        isFirst = false;
        throw new UnstartableContainer(undefined);
      };
      assert.equal(await codeOf(service.start(id)), outcome, profile);
      assert.equal(engine.containers.has(first), profile === 'basic');
      assert.equal(service.get(id)?.container.kind, profile === 'basic' ? 'stopped' : 'running');
    }
  });

  it('starts a container once more that ended at once, as after an engine that was killed, and no third time', async () => {
    for (const [ends, outcome] of [
      [1, 'resolved'],
      [2, 'engineFailed'],
    ] as const) {
      const { service, engine, id } = await oneRunning();
      await service.stop(id);
      const [container] = engine.containers.values();
      let left: number = ends;
      engine.before = (step) => {
        if (step !== 'startedContainer' || left-- <= 0) return;
        container!.state = 'exited';
        container!.exitCode = 0;
      };
      assert.equal(await codeOf(service.start(id)), outcome);
      assert.equal(service.get(id)?.container.kind, outcome === 'resolved' ? 'running' : 'stopped');
    }
  });

  it('runs the operations of one workspace one after the other, and those of two side by side', async () => {
    const { service, engine, id } = await oneRunning();
    const second = await service.create({ name: 'second', folder: `${folder}-2` });
    let atOnce = 0;
    let most = 0;
    engine.before = async (step) => {
      if (step !== 'stopContainer' && step !== 'startContainer') return;
      most = Math.max(most, ++atOnce);
      await new Promise((done) => setTimeout(done, 5));
      atOnce--;
    };
    await Promise.all([service.stop(id), service.start(id), service.stop(id)]);
    assert.equal(most, 1);
    await Promise.all([service.start(id), service.stop(second.id)]);
    assert.equal(most, 2);
  });

  it('leaves no timer behind', async () => {
    const { service, id } = await oneRunning();
    const timers = new Set<number>();
    const hook = createHook({
      init: (asyncId, type) => {
        const caller = new Error().stack?.split('\n').find((line) => line.includes('/src/'));
        if (type === 'Timeout' && caller?.includes('operations.ts')) timers.add(asyncId);
      },
      destroy: (asyncId) => timers.delete(asyncId),
    }).enable();
    await service.pause(id);
    await service.resume(id);
    assert.ok(timers.size > 0);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    hook.disable();
    assert.equal(timers.size, 0);
  });

  it('keeps the reason of a failure in the record until something succeeds', async () => {
    const { service, engine, id } = await oneRunning();
    engine.before = (step) => {
      if (step === 'stopContainer') throw new CordonError('engineFailed', 'It would not stop.');
    };
    assert.equal(await codeOf(service.stop(id)), 'engineFailed');
    assert.deepEqual(service.get(id)?.lastError, { code: 'engineFailed', message: 'It would not stop.' });
    assert.equal(service.get(id)?.container.kind, 'running', 'the state is what the engine says');
    engine.before = () => undefined;
    assert.equal((await service.stop(id)).lastError, undefined);
  });

  it('stops again what was cancelled while it started', async () => {
    const { service, engine, id, kind } = await oneRunning();
    await service.stop(id);
    const cancel = new AbortController();
    engine.before = (step) => {
      if (step === 'startedContainer') cancel.abort();
    };
    assert.equal(await codeOf(service.start(id, { signal: cancel.signal })), 'cancelled');
    assert.deepEqual([kind(), service.get(id)?.lastError], ['stopped', undefined]);
  });

  it('removes a container that lost its isolation', async () => {
    const { service, engine, id } = await oneRunning();
    await service.stop(id);
    engine.factsOf = (_container, facts) => ({ ...facts, capabilitiesAdded: ['SYS_ADMIN'] });
    assert.equal(await codeOf(service.start(id)), 'isolationNotHeld');
    assert.deepEqual([engine.containers.size, engine.networks.size], [0, 0]);
    assert.equal(service.get(id)?.container.kind, 'absent');
  });

  it('archives, refuses what an archived workspace cannot do, and restores', async () => {
    const { service, engine, id } = await oneRunning();
    assert.equal((await service.archive(id)).status, 'archived');
    assert.deepEqual([engine.containers.size, engine.networks.size], [0, 0]);
    for (const refused of [service.start(id), service.stop(id), service.exec(id, ['ls'])])
      assert.equal(await codeOf(refused), 'workspaceArchived');
    assert.equal((await service.restore(id)).status, 'inactive');
    assert.equal((await service.start(id)).status, 'active');
  });

  it('removes everything', async () => {
    const { service, engine, storage, id } = await oneRunning();
    await service.remove(id);
    assert.deepEqual([service.list(), engine.containers.size, engine.networks.size], [[], 0, 0]);
    assert.doesNotMatch(storage.values.get('cordon.workspaces')!, /demo/);
    assert.equal(await codeOf(service.remove(id)), 'workspaceNotFound');
  });

  it('keeps a workspace that cannot be removed because the engine is gone, and an archived one goes without', async () => {
    const { service, engine, id } = await oneRunning();
    const other = await service.create({ name: 'other', folder, start: false });
    await service.archive(other.id);
    engine.lose();
    assert.equal(await codeOf(service.remove(id)), 'engineUnavailable');
    await service.remove(other.id);
    assert.deepEqual(
      service.list().map(({ name }) => name),
      ['demo'],
    );
  });

  it('works on many at once and says what became of each', async () => {
    const { service, id } = await oneRunning();
    const second = await service.create({ name: 'second', folder });
    const progress: string[] = [];
    const { results } = await service.batch('stop', [id, 'nothing', second.id, id], {
      onProgress: (message) => progress.push(message),
    });
    assert.deepEqual(
      results.map((result) => [result.id, result.ok, result.error?.code]),
      [
        [id, true, undefined],
        ['nothing', false, 'workspaceNotFound'],
        [second.id, true, undefined],
      ],
    );
    assert.equal(progress.at(-1), '3 of 3, 1 failed');
  });
});

describe('update', () => {
  it('changes limits and name in place', async () => {
    const { service, engine, id } = await oneRunning();
    const before = [...engine.containers.keys()];
    assert.equal(service.needsNewContainer(id, { limits: { cpus: 1 } }), false);
    const updated = await service.update(id, { name: 'renamed', limits: { cpus: 1.5, memoryMiB: 512 } });
    assert.deepEqual([updated.name, updated.limits.cpus, updated.limits.memoryMiB], ['renamed', 1.5, 512]);
    const [container] = [...engine.containers.values()];
    assert.deepEqual([...engine.containers.keys()], before);
    assert.match(container!.name, /renamed/);
    assert.deepEqual(container!.limits, { cpus: 1.5, memoryMiB: 512, pids: 1024 });
  });

  it('makes the container anew for another network', async () => {
    const { service, engine, id } = await oneRunning();
    assert.equal(service.needsNewContainer(id, { network: 'none' }), true);
    const updated = await service.update(id, { network: 'none' });
    assert.deepEqual([updated.container.kind, updated.network], ['running', 'none']);
    assert.deepEqual([engine.containers.size, engine.networks.size], [1, 0]);
  });

  it('leaves a stopped workspace stopped', async () => {
    const { service, engine, id } = await oneRunning();
    await service.stop(id);
    assert.equal((await service.update(id, { env: { A: 'b' } })).container.kind, 'absent');
    assert.equal(engine.containers.size, 0);
  });

  it('touches nothing when the new image is nowhere', async () => {
    const { service, engine, id } = await oneRunning();
    const before = [...engine.containers.keys()];
    assert.equal(await codeOf(service.update(id, { image: 'missing' })), 'imageNotFound');
    assert.deepEqual([...engine.containers.keys()], before);
    assert.equal(service.get(id)?.image, 'tiny:local');
  });

  it('gives the old choices back when the new container cannot be made', async () => {
    const { service, engine, id } = await oneRunning();
    engine.before = (step) => {
      if (step === 'createContainer') throw new CordonError('engineFailed', 'no');
    };
    assert.equal(await codeOf(service.update(id, { network: 'isolated' })), 'engineFailed');
    assert.equal(service.get(id)?.network, 'open');
    assert.deepEqual([engine.containers.size, engine.networks.size], [0, 0]);
  });

  it('refuses a name that the folder has already', async () => {
    const { service, id } = await oneRunning();
    await service.create({ name: 'second', folder });
    assert.equal(await codeOf(service.update(id, { name: 'SECOND' })), 'workspaceExists');
    assert.equal(service.get(id)?.name, 'demo');
  });
});
