import assert from 'node:assert/strict';
import { CordonError } from '../../../src/shared/errors.ts';
import { FakeEngine } from '../../support/fakeEngine.ts';
import { MemoryStorage } from '../../support/memoryStorage.ts';
import { withoutWaiting } from '../../support/withoutWaiting.ts';
import { codeOf, folder, workspacesOnFake } from '../../support/workspacesOnFake.ts';

describe('creating a workspace', () => {
  withoutWaiting();

  it('runs it, stores it and says so', async () => {
    const { service, engine, storage } = workspacesOnFake();
    const seen: string[] = [];
    service.onDidChange(({ current }) => seen.push(current?.container.kind ?? 'gone'));
    const workspace = await service.create({ name: 'demo', folder });
    assert.equal(workspace.status, 'active');
    assert.equal(workspace.container.kind, 'running');
    assert.equal(workspace.image, 'tiny:local');
    assert.deepEqual([seen[0], seen.at(-1)], ['creating', 'running']);
    assert.equal(engine.networks.size, 1);
    assert.match(storage.values.get('cordon.workspaces')!, /"name":"demo"/);
    assert.doesNotMatch(storage.values.get('cordon.workspaces')!, /intent/);
  });

  it('writes its intent before it touches the engine', async () => {
    const { service, engine, storage } = workspacesOnFake();
    engine.before = (step) => {
      if (step === 'inspectImage')
        assert.match(storage.values.get('cordon.workspaces')!, /"operation":"create"/);
    };
    await service.create({ name: 'demo', folder });
  });

  it('makes no container when it is not to be started, and needs no engine', async () => {
    const { service, engine } = workspacesOnFake();
    engine.reachable = false;
    const workspace = await service.create({ name: 'demo', folder, start: false });
    assert.deepEqual([workspace.status, workspace.container.kind, engine.calls], ['inactive', 'absent', []]);
  });

  const steps = [
    'get',
    'inspectImage',
    'createNetwork',
    'createdNetwork',
    'createContainer',
    'createdContainer',
    'hasFile',
    'startContainer',
    'startedContainer',
    'inspectContainer',
  ];
  for (const failing of steps) {
    it(`leaves nothing behind when ${failing} fails`, async () => {
      const { service, engine, storage } = workspacesOnFake();
      engine.before = (step) => {
        if (step === failing) throw new CordonError('engineFailed', `${step} failed`);
      };
      assert.equal(await codeOf(service.create({ name: 'demo', folder })), 'engineFailed');
      assert.deepEqual([service.list(), engine.containers.size, engine.networks.size], [[], 0, 0]);
      assert.doesNotMatch(storage.values.get('cordon.workspaces') ?? '', /demo/);
    });

    it(`leaves nothing behind when it is cancelled at ${failing}`, async () => {
      const { service, engine } = workspacesOnFake();
      const cancel = new AbortController();
      engine.before = (step) => {
        if (step === failing) cancel.abort();
      };
      const creating = service.create({ name: 'demo', folder }, { signal: cancel.signal });
      assert.equal(await codeOf(creating), 'cancelled');
      assert.deepEqual([service.list(), engine.containers.size, engine.networks.size], [[], 0, 0]);
    });
  }

  it('hides what could not be undone and removes it when the engine is back', async () => {
    const { service, engine, reconcile } = workspacesOnFake();
    engine.before = (step) => {
      if (step === 'startContainer') engine.lose();
    };
    assert.equal(await codeOf(service.create({ name: 'demo', folder })), 'engineUnavailable');
    assert.deepEqual([service.list(), engine.containers.size], [[], 1]);
    engine.before = () => undefined;
    engine.comeBack();
    await reconcile();
    assert.deepEqual([service.list(), engine.containers.size, engine.networks.size], [[], 0, 0]);
  });

  for (const [change, code] of [
    ['remove', 'workspaceNotFound'],
    ['archive', 'workspaceArchived'],
  ] as const)
    for (const begun of ['create', 'start'] as const)
      it(`leaves nothing of a ${begun} behind during which another window does ${change}`, async () => {
        const [engine, memory] = [new FakeEngine(), new MemoryStorage()];
        const open = (owner: number) =>
          workspacesOnFake({ engine, memory, owner, isAlive: () => true }).service;
        const [one, other] = [open(1), open(2)];
        const { id } = await one.create({ name: 'first', folder, start: false });
        engine.before = async (step) => {
          if (step !== 'inspectImage') return;
          engine.before = () => undefined;
          // This window has heard of it, as of everything that is stored.
          for (const workspace of other.list()) await other[change](workspace.id);
        };
        const working = begun === 'start' ? one.start(id) : one.create({ name: 'second', folder });
        assert.equal(await codeOf(working), code);
        assert.deepEqual([...engine.containers.values()], []);
        for (const service of [one, other])
          assert.ok(service.list().every(({ container }) => container.kind === 'absent'));
      });

  it('lets one of two creates of the same name win', async () => {
    const { service, engine } = workspacesOnFake();
    const codes = await Promise.all([
      codeOf(service.create({ name: 'demo', folder })),
      codeOf(service.create({ name: 'Demo', folder: '/projects/demo' })),
    ]);
    assert.deepEqual(codes.sort(), ['resolved', 'workspaceExists']);
    assert.deepEqual([service.list().length, engine.containers.size], [1, 1]);
  });

  it('takes the same name for another folder', async () => {
    const { service } = workspacesOnFake();
    await service.create({ name: 'demo', folder });
    await service.create({ name: 'demo', folder: '/projects/other' });
    assert.equal(service.list().length, 2);
  });

  it('looks into an image once, also where many are made of it at once', async () => {
    const { engine, service } = workspacesOnFake();
    engine.files.delete('/bin/sh');
    const names = ['one', 'two', 'three'];
    await Promise.all(names.map((name) => service.create({ name, folder: `${folder}/${name}` })));
    const commands = [...engine.containers.values()].map(({ spec }) => spec.command);
    assert.deepEqual(commands, Array(3).fill(['sleep', '2147483647']));
    assert.equal(engine.calls.filter((call) => call === 'hasFile').length, 2);
  });

  it('uses the command of an image that has no sleep', async () => {
    const { service, engine } = workspacesOnFake();
    engine.files.delete('/bin/sleep');
    await service.create({ name: 'demo', folder });
    await service.create({ name: 'second', folder });
    assert.deepEqual(
      [...engine.containers.values()].map(({ spec }) => spec.command),
      [undefined, undefined],
    );
    assert.equal(engine.calls.filter((call) => call === 'createContainer').length, 3, 'asked once per image');
  });

  it('stops and removes a container that is not as isolated as promised', async () => {
    const { service, engine } = workspacesOnFake();
    engine.factsOf = (_container, facts) => ({ ...facts, privileged: true });
    assert.equal(await codeOf(service.create({ name: 'demo', folder })), 'isolationNotHeld');
    assert.equal(engine.containers.size, 0);
  });

  it('tells what ended by itself from what somebody stopped or removed while it started', async () => {
    for (const [exitCode, code] of [
      [1, 'engineFailed'],
      [143, 'conflict'],
      [137, 'conflict'],
      [undefined, 'conflict'],
    ] as const) {
      const { service, engine } = workspacesOnFake();
      engine.before = (step) => {
        if (step !== 'startedContainer') return;
        const [container] = engine.containers.values();
        if (exitCode === undefined) engine.containers.clear();
        else Object.assign(container!, { state: 'exited', exitCode });
      };
      assert.equal(await codeOf(service.create({ name: 'demo', folder })), code, String(exitCode));
      assert.deepEqual(service.list(), []);
    }
  });

  it('refuses a folder that was replaced while it started', async () => {
    let inode = 0n;
    const { service, engine } = workspacesOnFake({
      checkFolder: () =>
        Promise.resolve({ path: '/projects/demo', ownerUid: 1, ownerGid: 1, device: 1n, inode: inode++ }),
    });
    assert.equal(await codeOf(service.create({ name: 'demo', folder })), 'folderForbidden');
    assert.equal(engine.containers.size, 0);
  });

  it('says that a time-out was the reason', async () => {
    const { service, engine } = workspacesOnFake();
    engine.before = (step) =>
      step === 'createNetwork' ? new Promise((done) => setTimeout(done, 60)) : undefined;
    const creating = service.create({ name: 'demo', folder }, { timeoutMs: 20 });
    // which setting says how long it may take is told where that one applied
    await assert.rejects(creating, {
      code: 'timeout',
      message: 'This took longer than 0.02 s and was ended.',
    });
    assert.deepEqual([service.list(), engine.networks.size], [[], 0]);
  });

  it('leaves nothing behind when the record cannot be stored', async () => {
    const { service, engine, storage } = workspacesOnFake();
    storage.failure = new Error('disk full');
    assert.equal(await codeOf(service.create({ name: 'demo', folder })), 'storageFailed');
    assert.deepEqual([service.list(), engine.calls], [[], []]);
  });

  const bad: readonly [string, unknown, string][] = [
    ['no name', { folder }, 'invalidName'],
    ['an empty name', { name: '  ', folder }, 'invalidName'],
    ['a name of 101 characters', { name: 'x'.repeat(101), folder }, 'invalidName'],
    ['a control character', { name: 'a\u0007b', folder }, 'invalidName'],
    ['a number for a folder', { name: 'a', folder: 1 }, 'invalidRequest'],
    ['an unknown profile', { name: 'a', folder, profile: 'none' }, 'invalidRequest'],
    ['an image that is an option', { name: 'a', folder, image: '--privileged' }, 'invalidRequest'],
    ['an image with spaces', { name: 'a', folder, image: 'a b' }, 'invalidRequest'],
    ['a negative limit', { name: 'a', folder, limits: { memoryMiB: -1 } }, 'invalidRequest'],
    ['a variable of ours', { name: 'a', folder, env: { CORDON_WORKSPACE_ID: 'x' } }, 'invalidRequest'],
    ['a variable with a null character', { name: 'a', folder, env: { A: 'b\0c' } }, 'invalidRequest'],
    ['an unknown field', { name: 'a', folder, privileged: true }, 'invalidRequest'],
    ['a preset that there is not', { name: 'a', folder, egress: { presets: ['all'] } }, 'invalidRequest'],
    ['a rule that allows everything', { name: 'a', folder, egress: { allow: ['*'] } }, 'invalidRequest'],
    ['a rule for an address', { name: 'a', folder, egress: { allow: ['10.0.0.1'] } }, 'invalidRequest'],
    ['no request at all', undefined, 'invalidRequest'],
  ];
  for (const [title, request, code] of bad) {
    it(`refuses ${title}`, async () => {
      const { service, engine } = workspacesOnFake();
      assert.equal(await codeOf(service.create(request as never)), code);
      assert.deepEqual([service.list(), engine.calls], [[], []]);
    });
  }

  for (const image of [
    'node',
    'node:24-bookworm',
    'ghcr.io/a/b:1',
    'localhost:5000/x@sha256:' + 'a'.repeat(64),
    'cordon/debian:local',
  ]) {
    it(`takes ${image} for an image`, async () => {
      const { service } = workspacesOnFake();
      assert.equal((await service.create({ name: 'a', folder, image, start: false })).image, image);
    });
  }
});
