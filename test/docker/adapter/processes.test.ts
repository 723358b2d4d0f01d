import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { ContainerEngine } from '../../../src/workspaces/containerEngine.ts';
import type { ProcessRequest } from '../../../src/workspaces/engineProcesses.ts';
import { failsWith, outcomeOf, shell, testEngine, type TestEngine } from '../../support/engine.ts';

describe('processes in a container of a real engine', function () {
  this.timeout(60_000);
  let test: TestEngine;
  let engine: ContainerEngine;
  let containerId: string;

  before(async () => {
    test = await testEngine();
    ({ engine } = test);
    containerId = await test.startContainer();
  });
  after(() => test.dispose());

  const start = (command: readonly string[], options: Partial<ProcessRequest> = {}) =>
    engine.startProcess({ containerId, command, cwd: '/', env: {}, stdin: false, ...options });

  it('keeps outputs apart and tells the exit code', async () => {
    const result = await shell(engine, containerId, 'printf out; printf err >&2; exit 7');
    assert.deepEqual(result, { stdout: 'out', stderr: 'err', exitCode: 7 });
  });

  it('carries a megabyte of any bytes both ways, to the last one', async () => {
    const bytes = randomBytes(1024 * 1024);
    const process = await start(['cat'], { stdin: true });
    process.stdin.end(bytes);
    const { stdout, exitCode } = await outcomeOf(process);
    assert.equal(stdout.equals(bytes), true);
    assert.equal(exitCode, 0);
  });

  it('lets the process see the end of its input', async () => {
    const process = await start(['wc', '-c'], { stdin: true });
    process.stdin.write('abc');
    process.stdin.end('de');
    const { stdout, exitCode } = await outcomeOf(process);
    assert.equal(stdout.toString().trim(), '5');
    assert.equal(exitCode, 0);
  });

  it('gives no input when none was asked for', async () => {
    const process = await start(['cat']);
    const { stdout, exitCode } = await outcomeOf(process);
    assert.deepEqual([stdout.length, exitCode], [0, 0]);
  });

  it('loses nothing of fifty short processes', async () => {
    for (let round = 0; round < 10; round++) {
      const results = await Promise.all(
        Array.from({ length: 5 }, (_, index) => shell(engine, containerId, `echo ${index}; exit ${index}`)),
      );
      assert.deepEqual(
        results.map(({ stdout, exitCode }) => [stdout, exitCode]),
        results.map((_, index) => [`${index}\n`, index]),
      );
    }
  });

  it('slows the process down while nobody reads', async () => {
    const process = await start(['sh', '-c', 'yes | head -c 20000000; echo done >&2']);
    let isDone = false;
    process.stderr.once('data', () => (isDone = true));
    await shell(engine, containerId, 'sleep 1');
    assert.equal(isDone, false);
    const { stdout, exitCode } = await outcomeOf(process);
    assert.deepEqual([stdout.length, exitCode, isDone], [20_000_000, 0, true]);
  });

  it('gives a terminal of the asked size, resizes it and passes keys', async () => {
    const process = await start(['sh', '-c', 'sleep 0.2; stty size; read x; stty size; read x; exit 5'], {
      terminal: { columns: 91, rows: 33 },
      stdin: true,
    });
    let text = '';
    process.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    while (!text.includes('33 91')) await once(process.stdout, 'data');
    await process.resize(120, 40);
    process.stdin.write('\r');
    while (!text.includes('40 120')) await once(process.stdout, 'data');
    process.stdin.write('\r');
    assert.equal(await process.exitCode, 5);
  });

  it('has its size right after the start, ten times over', async () => {
    for (let round = 0; round < 10; round++) {
      const process = await start(['sh', '-c', 'sleep 0.2; stty size'], {
        terminal: { columns: 91, rows: 33 },
        stdin: true,
      });
      const { stdout } = await outcomeOf(process);
      assert.equal(stdout.toString().trim(), '33 91');
    }
  });

  it('takes folder, environment and user', async () => {
    const process = await start(['sh', '-c', 'pwd; echo "$A"; id -u'], {
      cwd: '/tmp',
      env: { A: "b='c d'\n=" },
      user: '1234:5',
    });
    const { stdout } = await outcomeOf(process);
    assert.equal(stdout.toString(), "/tmp\nb='c d'\n=\n1234\n");
  });

  it('names a program that is not there', async () => {
    const process = await start(['no-such-program', 'x']);
    process.stdout.resume();
    await assert.rejects(process.exitCode, failsWith('invalidRequest', new RegExp('no-such-program')));
    const pretended = await shell(engine, containerId, 'echo hello; exit 127');
    assert.equal(pretended.exitCode, 127);
  });

  it('refuses when the container does not run, is paused or is gone', async () => {
    const other = await test.startContainer();
    const refused = () => assert.rejects(shell(engine, other, 'true'), failsWith('notRunning'));
    await engine.pauseContainer(other);
    await refused();
    await engine.stopContainer(other);
    await refused();
    await engine.removeContainer(other);
    await refused();
  });

  it('ends when the container is killed under it', async () => {
    const other = await test.startContainer();
    const process = await engine.startProcess({
      containerId: other,
      command: ['sh', '-c', 'echo up; exec sleep 1000'],
      cwd: '/',
      env: {},
      stdin: true,
    });
    await once(process.stdout, 'readable');
    const outcome = outcomeOf(process);
    await engine.stopContainer(other);
    assert.equal((await outcome).exitCode, 137);
    process.stdin.write('into nothing');
  });

  it('lets go of a connection without ending the process', async () => {
    const process = await start(['sh', '-c', 'sleep 1; sleep 4711']);
    const outcome = outcomeOf(process);
    process.close();
    await assert.rejects(outcome, failsWith('cancelled'));
    const { stdout } = await shell(engine, containerId, 'sleep 1.2; ps | grep -c "[4]711"');
    assert.equal(Number(stdout) > 0, true);
  });
});
