import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { keptOutputBytes } from '../../../src/workspaces/runCommand.ts';
import type { ContainerProcess, ProcessRequest } from '../../../src/workspaces/engineProcesses.ts';
import { withIntegration } from '../../../src/workspaces/shells/shellIntegration.ts';
import { finishedProcess } from '../../support/fakeEngine.ts';
import { runProcesses } from '../../support/fakeProcess.ts';
import { withoutWaiting } from '../../support/withoutWaiting.ts';
import { codeOf, folder, workspacesOnFake } from '../../support/workspacesOnFake.ts';

async function running() {
  const parts = workspacesOnFake();
  const { id } = await parts.service.create({ name: 'demo', folder });
  const requests: ProcessRequest[] = [];
  const answer = (process: (request: ProcessRequest) => ContainerProcess) => {
    parts.engine.process = (request) => {
      requests.push(request);
      return process(request);
    };
  };
  return { ...parts, id, requests, answer };
}

/** A process that runs until it is told to end. */
function openProcess() {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  let finish: (code: number) => void = () => undefined;
  const exitCode = new Promise<number>((done) => {
    finish = (code) => {
      stdout.end();
      stderr.end();
      done(code);
    };
  });
  let closed = false;
  const process: ContainerProcess = {
    stdin: new PassThrough(),
    stdout,
    stderr,
    exitCode,
    resize: () => Promise.resolve(),
    close: () => {
      closed = true;
    },
  };
  return { process, finish, isClosed: () => closed };
}

describe('exec', () => {
  withoutWaiting();

  it('gives output, exit code and both streams apart', async () => {
    const { service, id, answer } = await running();
    answer(() => finishedProcess(3, 'out', 'err'));
    const result = await service.exec(id, ['make', 'test']);
    assert.deepEqual(
      [result.exitCode, result.stdout, result.stderr, result.truncated],
      [3, 'out', 'err', false],
    );
  });

  it('keeps the beginning of an output that is too long, and says so', async () => {
    const { service, id, answer } = await running();
    answer(() => finishedProcess(0, 'x'.repeat(keptOutputBytes + 1)));
    const result = await service.exec(id, ['yes']);
    assert.deepEqual([result.stdout.length, result.truncated], [keptOutputBytes, true]);
  });

  it('hands on folder, environment, user and input', async () => {
    const { service, id, answer, requests } = await running();
    answer(() => finishedProcess(0));
    await service.exec(id, ['cat'], { cwd: '/tmp', env: { A: 'b' }, user: '5:6', stdin: 'hello' });
    const [request] = requests;
    assert.deepEqual(
      [request?.cwd, request?.env['A'], request?.user, request?.stdin],
      ['/tmp', 'b', '5:6', true],
    );
  });

  it('ends the process when it is cancelled, first asking, then killing', async () => {
    const { service, id, answer } = await running();
    const open = openProcess();
    const signals: string[] = [];
    answer((request) => {
      if (request.command[0] !== 'sh') return open.process;
      const signal = request.command.at(-1)!;
      signals.push(signal);
      if (signal === 'KILL') open.finish(137);
      return finishedProcess(0, signals.length < 3 ? '2' : '0');
    });
    const cancel = new AbortController();
    setTimeout(() => {
      cancel.abort();
    }, 10);
    assert.equal(await codeOf(service.exec(id, ['sleep', '1000'], { signal: cancel.signal })), 'cancelled');
    assert.deepEqual(signals.slice(0, 2), ['TERM', 'KILL']);
    assert.equal(service.get(id)?.activeTasks, 0);
  });

  for (const command of [[], 'ls', [1], undefined])
    it(`refuses ${JSON.stringify(command)} for a command`, async () => {
      const { service, id } = await running();
      assert.equal(await codeOf(service.exec(id, command as never)), 'invalidRequest');
    });

  it('needs a workspace that runs', async () => {
    const { service, id } = await running();
    assert.equal(await codeOf(service.exec('nothing', ['ls'])), 'workspaceNotFound');
    await service.pause(id);
    assert.equal(await codeOf(service.exec(id, ['ls'])), 'notRunning');
    await service.stop(id);
    assert.equal(await codeOf(service.exec(id, ['ls'])), 'notRunning');
  });
});

describe('sessions that cannot be ended now', () => {
  withoutWaiting();

  it('end as soon as their container runs on', async () => {
    const { service, engine, id } = await running();
    const processes = runProcesses(engine);
    const session = await service.openSession(id, { kind: 'command', command: ['sleep', '9'] });
    const process = await processes.next();
    await service.pause(id);
    const start = engine.process;
    engine.process = () => {
      throw new Error('the container is paused');
    };
    await session.end();
    engine.process = start;
    const signal = () => process.signal;
    assert.equal(signal(), undefined);
    await service.resume(id);
    for (let tries = 0; signal() === undefined; tries++) {
      assert.ok(tries < 200, 'it runs on');
      await new Promise(setImmediate);
    }
    assert.equal(signal(), 'KILL');
  });
});

describe('sessions', () => {
  it('count as active tasks until they have ended', async () => {
    const { service, id, answer } = await running();
    const [first, second] = [openProcess(), openProcess()];
    const queue = [first.process, second.process];
    answer(() => queue.shift()!);
    await service.openSession(id, { kind: 'terminal', terminal: { columns: 80, rows: 24 } });
    await service.openSession(id, { kind: 'command', command: ['make'] });
    assert.equal(service.get(id)?.activeTasks, 2);
    assert.deepEqual(
      service.sessions(id).map(({ kind, command }) => [kind, ...command]),
      [
        ['terminal', '/bin/sh'],
        ['command', 'make'],
      ],
    );
    first.finish(0);
    await new Promise((done) => setTimeout(done));
    assert.equal(service.get(id)?.activeTasks, 1);
  });

  it('give a bash in a terminal a name for its prompt and its integration, and nothing else', async () => {
    const { service, engine, id, answer, requests } = await running();
    answer(() => finishedProcess(0));
    await service.openSession(id, { kind: 'terminal' });
    engine.files.add('/bin/bash');
    await service.openSession(id, { kind: 'terminal' });
    await service.openSession(id, { kind: 'command', command: ['bash'] });
    await service.update(id, { env: { PROMPT_COMMAND: 'date' } });
    await service.openSession(id, { kind: 'terminal' });
    assert.deepEqual(
      requests.map(({ command, env }) => [command[0], env['PROMPT_COMMAND']]),
      [
        ['/bin/sh', undefined],
        ['/bin/bash', withIntegration('/bin/bash').env['PROMPT_COMMAND']],
        ['bash', undefined],
        ['/bin/bash', undefined],
      ],
    );
  });

  it('start zsh and fish with their integration, and are called by the shell alone', async () => {
    const { service, id, answer, requests } = await running();
    answer(() => openProcess().process);
    for (const shell of ['/usr/bin/fish', '/bin/zsh', '/bin/dash'])
      await service.openSession(id, { kind: 'terminal', shell });
    assert.deepEqual(
      requests.map(({ command }) => [command[0], command.at(-1)?.includes('633;')]),
      [
        ['sh', true],
        ['sh', false],
        ['/bin/dash', false],
      ],
    );
    assert.equal(requests[0]?.command.at(-2), '/usr/bin/fish');
    assert.equal(requests[1]?.command.at(-1), '/bin/zsh');
    assert.match(requests[1].env['CORDON_ZSHRC'] ?? '', /633;/);
    assert.deepEqual(
      service.sessions(id).map(({ command }) => command),
      [['/usr/bin/fish'], ['/bin/zsh'], ['/bin/dash']],
    );
  });

  it('prefer bash, and say that an image has no shell', async () => {
    const { service, engine, id, answer, requests } = await running();
    answer(() => finishedProcess(0));
    engine.files.add('/usr/bin/bash');
    await service.openSession(id, { kind: 'terminal' });
    assert.deepEqual(requests[0]?.command, ['/usr/bin/bash']);
    engine.files.clear();
    assert.equal(await codeOf(service.openSession(id, { kind: 'terminal' })), 'invalidRequest');
  });
});
