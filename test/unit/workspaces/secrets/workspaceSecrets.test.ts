import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ProcessRequest } from '../../../../src/workspaces/engineProcesses.ts';
import { diagnosisText } from '../../../../src/workspaces/diagnosis.ts';
import type { Secret } from '../../../../src/workspaces/secrets/secret.ts';
import { CordonError } from '../../../../src/shared/errors.ts';
import { finishedProcess } from '../../../support/fakeEngine.ts';
import { runProcesses } from '../../../support/fakeProcess.ts';
import { MemorySecrets } from '../../../support/memorySecrets.ts';
import { MemoryStorage } from '../../../support/memoryStorage.ts';
import { codeOf, folder, workspacesOnFake } from '../../../support/workspacesOnFake.ts';

const token: Secret = { name: 'TOKEN', use: 'file', value: 'tok-0123456789' };
const deploy: Secret = { name: 'DEPLOY', use: 'command', value: 'dep-9876543210' };

/** A workspace on an engine that notes what is run in it, with what is written to it. */
async function running(start = true) {
  const parts = workspacesOnFake();
  const { id } = await parts.service.create({ name: 'demo', folder, start });
  const runs: { request: ProcessRequest; input: Promise<string> }[] = [];
  let exitCode = 0;
  parts.engine.process = (request) => {
    const stdin = new PassThrough();
    runs.push({ request, input: text(stdin) });
    return { ...finishedProcess(exitCode), stdin };
  };
  const writes = () => runs.filter(({ request }) => request.command[3] === 'cordon-secrets' && request.stdin);
  const lastInput = async () => (await writes().at(-1)?.input)?.split('\n');
  const exitWith = (code: number) => {
    exitCode = code;
  };
  return { ...parts, id, runs, writes, lastInput, exitWith };
}

describe('secrets of a workspace', () => {
  it('are listed by name, and never in the record', async () => {
    const { secrets, service, storage, id } = await running(false);
    await secrets.set(id, token);
    await secrets.set(id, deploy);
    assert.deepEqual(await secrets.list(id), [
      { name: 'DEPLOY', use: 'command' },
      { name: 'TOKEN', use: 'file' },
    ]);
    await service.start(id);
    assert.doesNotMatch(JSON.stringify([...storage.values, service.list()]), /tok-|dep-/);
    assert.equal(await codeOf(secrets.list('none')), 'workspaceNotFound');
  });

  it('go over the input of a process, never in its command or environment', async () => {
    const { secrets, id, runs, lastInput } = await running();
    assert.equal(await secrets.set(id, token), true);
    assert.deepEqual(await lastInput(), ['TOKEN', 'tok-0123456789', 'end', '']);
    assert.equal(await secrets.set(id, { ...token, name: 'b', value: 'a\n\\é' }), true);
    assert.deepEqual(await lastInput(), [
      'TOKEN/b',
      'tok-0123456789',
      'a\\0012\\0134\\0303\\0251',
      'end',
      '',
    ]);
    assert.doesNotMatch(JSON.stringify(runs.map(({ request }) => request)), /tok-/);
  });

  it('are written after each start, once the isolation was checked', async () => {
    const { secrets, service, engine, id, writes } = await running(false);
    await secrets.set(id, token);
    assert.equal(writes().length, 0);
    const begun = engine.calls.length;
    await service.start(id);
    assert.equal(writes().length, 1);
    const calls = engine.calls.slice(begun);
    assert.ok(calls.lastIndexOf('startProcess') > calls.indexOf('inspectContainer'));
    await service.restart(id);
    assert.equal(writes().length, 2);
    await service.stop(id);
    await service.start(id);
    assert.equal(writes().length, 3);
  });

  it('that change while a container stands still are written when it runs on, whoever lets it', async () => {
    const { secrets, service, engine, id, writes, lastInput } = await running();
    await service.pause(id);
    assert.equal(await secrets.set(id, token), false);
    assert.equal(writes().length, 0);
    const container = service.get(id)?.container;
    assert.ok(container?.kind === 'paused');
    await engine.resumeContainer(container.id);
    for (let tries = 0; writes().length === 0; tries++) {
      assert.ok(tries < 200, 'never written');
      await new Promise(setImmediate);
    }
    assert.deepEqual(await lastInput(), ['TOKEN', 'tok-0123456789', 'end', '']);
  });

  it('are kept for no workspace that was deleted while they waited', async () => {
    const { secrets, service, id } = await running(false);
    const removing = service.remove(id);
    assert.equal(await codeOf(secrets.set(id, token)), 'workspaceNotFound');
    await removing;
    assert.equal(await secrets.kept.read(id), undefined);
  });

  it('cost a start nothing where there are none for files', async () => {
    const { secrets, service, id, writes } = await running(false);
    await secrets.set(id, deploy);
    await service.start(id);
    await service.restart(id);
    assert.equal(writes().length, 0);
  });

  it('that cannot be written keep a new container from staying, and stop one that there was', async () => {
    const { secrets, service, engine, id, exitWith } = await running(false);
    await secrets.set(id, token);
    exitWith(12);
    await assert.rejects(service.start(id), {
      code: 'engineFailed',
      message:
        'The secrets could not be written into the container: its /run/secrets is full; restart the workspace.',
    });
    assert.deepEqual([engine.containers.size, engine.networks.size], [0, 0]);
    exitWith(0);
    await service.start(id);
    exitWith(12);
    assert.equal(await codeOf(service.restart(id)), 'engineFailed');
    assert.deepEqual(
      [...engine.containers.values()].map(({ state }) => state),
      ['exited'],
    );
  });

  it('that cannot be read keep a workspace from starting', async () => {
    const secretStore = new MemorySecrets();
    const { secrets, service, engine } = workspacesOnFake({ secretStore });
    const { id } = await service.create({ name: 'demo', folder, start: false });
    secretStore.texts.set(id, '{"damaged');
    assert.equal(await codeOf(service.start(id)), 'storageFailed');
    assert.equal(engine.containers.size, 0);
    assert.equal(await codeOf(secrets.set(id, token)), 'storageFailed', 'nothing is written over unseen');
    await secrets.removeAll(id);
    assert.deepEqual(await secrets.list(id), []);
    secretStore.failure = new Error('the keyring is locked');
    await assert.rejects(service.start(id), { code: 'storageFailed' });
    secretStore.failure = undefined;
    assert.equal((await service.start(id)).container.kind, 'running');
  });

  it('that change while the container stands still are written when it runs on, the last that goes as well', async () => {
    const { secrets, service, id, writes, lastInput } = await running();
    await secrets.set(id, token);
    await service.pause(id);
    assert.equal(await secrets.remove(id, 'TOKEN'), false);
    assert.equal(writes().length, 1);
    await service.resume(id);
    assert.deepEqual(await lastInput(), ['', 'end', '']);
    await service.panic();
    assert.equal(await secrets.set(id, token), false);
    await service.release(id);
    assert.deepEqual(await lastInput(), ['TOKEN', 'tok-0123456789', 'end', '']);
  });

  it('that cannot be changed in a container that runs are changed all the same, and it is said', async () => {
    const { secrets, id, exitWith } = await running();
    exitWith(10);
    assert.equal(await codeOf(secrets.set(id, token)), 'engineFailed');
    assert.deepEqual(await secrets.list(id), [{ name: 'TOKEN', use: 'file' }]);
  });

  it('are shared by windows, and go with the workspace', async () => {
    const [secretStore, memory] = [new MemorySecrets(), new MemoryStorage()];
    const here = workspacesOnFake({ secretStore, memory });
    const { id } = await here.service.create({ name: 'demo', folder });
    const there = workspacesOnFake({ secretStore, memory, engine: here.engine });
    await here.secrets.set(id, token);
    await there.secrets.set(id, deploy);
    assert.equal((await here.secrets.list(id)).length, 2);
    await new Promise(setImmediate);
    assert.ok(here.secrets.kept.values(id).includes(deploy.value), 'to be masked here, too');
    await there.service.remove(id);
    assert.deepEqual([...secretStore.texts], []);
  });
});

describe('secrets of a command', () => {
  it('are left for it in a file that it removes, and it becomes the command', async () => {
    const { secrets, service, id, runs, lastInput } = await running();
    await secrets.set(id, deploy);
    const session = await service.openSession(id, {
      kind: 'command',
      command: ['make', 'x'],
      secrets: ['DEPLOY'],
    });
    const { request } = runs.at(-1)!;
    const [file, ...command] = request.command.slice(4);
    assert.deepEqual(command, ['make', 'x']);
    assert.deepEqual(session.command, ['make', 'x']);
    const [names, content] = (await lastInput())!;
    assert.equal(`/run/secrets/${names!}`, file);
    assert.equal(content, 'DEPLOY\\0012dep-9876543210\\0012');
    assert.doesNotMatch(JSON.stringify(runs.map((run) => run.request)), /dep-/);
  });

  it('that do not exist, or are wanted by another user, start nothing', async () => {
    const { secrets, service, id, runs } = await running();
    await secrets.set(id, { ...token, name: 'key.pem' });
    const before = runs.length;
    const command = { kind: 'command', command: ['make'] } as const;
    for (const request of [
      { ...command, secrets: ['NONE'] },
      { ...command, secrets: ['key.pem'] },
      { ...command, secrets: ['key.pem'], user: '0:0' },
    ])
      assert.equal(await codeOf(service.openSession(id, request)), 'invalidRequest');
    assert.equal(runs.length, before);
  });

  it('are removed where the command cannot start', async () => {
    const { secrets, service, engine, id, runs } = await running();
    await secrets.set(id, deploy);
    const run = engine.process;
    engine.process = (request) => {
      if (request.command.includes('make')) throw new Error('no');
      return run(request);
    };
    await codeOf(service.openSession(id, { kind: 'command', command: ['make'], secrets: ['DEPLOY'] }));
    assert.deepEqual(runs.at(-1)?.request.command.slice(0, 3), ['rm', '-f', '--']);
  });
});

describe('what failed in a session', () => {
  it('is told without a secret, for a program can print what an engine says of a failed start', async () => {
    const { secrets, service, engine, id } = await running();
    await secrets.set(id, deploy);
    const { next } = runProcesses(engine);
    const session = await service.openSession(id, { kind: 'command', command: ['make'] });
    session.stdout.on('error', () => undefined);
    const words = `no such file: ${deploy.value}`;
    (await next()).break(new CordonError('invalidRequest', words, new Error(words)));
    await assert.rejects(session.exitCode, {
      code: 'invalidRequest',
      message: 'no such file: •••',
      cause: new Error('no such file: •••'),
    });
  });
});

describe('what a session prints', () => {
  const size = { columns: 80, rows: 24 };
  for (const [title, kind, terminal, printed] of [
    ['is masked in the terminal of a command', 'command', size, '•••'],
    ['is masked in the terminal of a task', 'task', size, '•••'],
    ['is as it is in a terminal', 'terminal', size, token.value],
    ['is as it is for another extension', 'command', undefined, token.value],
  ] as const)
    it(title, async () => {
      const { secrets, service, engine, id } = await running();
      await secrets.set(id, token);
      engine.process = () => finishedProcess(0, token.value);
      const session = await service.openSession(id, {
        ...{ kind, command: ['x'] },
        ...(terminal && { terminal }),
      });
      assert.equal(await text(session.stdout), printed);
    });
});

describe('what is told of a workspace', () => {
  it('has no value of a secret: sessions, timeline, security log, output of the container, diagnosis', async () => {
    const { secrets, service, engine, timeline, securityLogStorage, facts, id } = await running();
    await secrets.set(id, token);
    await secrets.set(id, deploy);
    const [containerId] = engine.containers.keys();
    const session = await service.openSession(id, { kind: 'command', command: ['use', token.value] });
    engine.foreignExec(containerId!, `curl ${token.value}`);
    for (let turn = 0; securityLogStorage.entries.length === 0; turn++) {
      assert.ok(turn < 1000);
      await new Promise(setImmediate);
    }
    engine.followLogs = () =>
      Promise.resolve(Readable.from([Buffer.from('dep-98765'), Buffer.from('43210\n')]));
    const printed = await text(await service.followLogs(id, new AbortController().signal));
    const told = {
      session: session.command,
      timeline: await timeline.entries(id),
      security: securityLogStorage.entries,
      printed,
      diagnosis: diagnosisText({
        ...(await facts()),
        ...{ at: '', versions: {}, settings: {}, homes: [] },
        errors: [{ at: '', message: `could not use ${token.value}` }],
      }),
    };
    assert.equal(printed, '•••\n');
    for (const [place, value] of Object.entries(told)) {
      assert.match(JSON.stringify(value), /•••/, place);
      assert.doesNotMatch(JSON.stringify(value), /tok-|dep-/, place);
    }
  });
});
