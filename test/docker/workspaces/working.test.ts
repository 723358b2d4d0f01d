import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { bashPromptCommand } from '../../../src/workspaces/bashPrompt.ts';
import { engineJson } from '../../host/engineRequest.mjs';
import { debianImage, ensureImages, smallImages } from '../../host/images.mjs';
import { managedResources } from '../../host/leftovers.mjs';
import { testEngine, type TestEngine } from '../../support/engine.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';
import { codeOf } from '../../support/workspacesOnFake.ts';

describe('working in a workspace', function () {
  this.timeout(60_000);
  let engine: TestEngine;
  let core: ReturnType<typeof workspacesOnEngine>;
  let folder: string;
  let id: string;

  const sh = async (line: string) => (await core.service.exec(id, ['sh', '-c', line])).stdout.trim();
  /** How many processes sleep for a number of seconds that ends in 77. */
  const sleepers = async () =>
    Number(
      await sh(
        "for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline; echo; done | grep -cE '^sleep [0-9]*77 $'",
      ),
    );
  const untilSleepersAre = async (count: number) => {
    for (let tries = 0; (await sleepers()) !== count; tries++)
      assert.ok(tries < 60, `${await sleepers()} of ${count}`);
  };

  before(async () => {
    engine = await testEngine();
    await ensureImages({ socketPath: engine.socketPath, wanted: smallImages });
    core = workspacesOnEngine(engine.connection);
    folder = await temporaryFolder();
    ({ id } = await core.service.create({ name: 'demo', folder }));
  });

  after(async () => {
    for (const workspace of core.service.list()) await core.service.remove(workspace.id);
    core.dispose();
    assert.deepEqual(await managedResources(engine.socketPath), []);
    await engine.dispose();
    await fs.rm(join(folder, '..'), { recursive: true });
  });

  it('gives output, errors, exit code, folder, environment and input of a command', async () => {
    const result = await core.service.exec(id, ['sh', '-c', 'cat; pwd; echo "$GREETING" >&2; exit 7'], {
      cwd: '/tmp',
      env: { GREETING: 'hello' },
      stdin: 'input\n',
    });
    assert.deepEqual([result.stdout, result.stderr, result.exitCode], ['input\n/tmp\n', 'hello\n', 7]);
  });

  it('loses nothing of a large output', async () => {
    const { stdout } = await core.service.exec(id, ['sh', '-c', 'seq 1 200000; printf end']);
    assert.ok(stdout.endsWith('200000\nend'));
    assert.equal(stdout.length, 1_288_895 + 3);
  });

  it('names a program that the image does not have', async () => {
    await assert.rejects(core.service.exec(id, ['no-such-program']), (error: Error & { code: string }) => {
      assert.equal(error.code, 'invalidRequest');
      assert.match(error.message, /no-such-program/);
      return true;
    });
  });

  it('ends a cancelled command with its children, also those that left its session', async () => {
    const cancel = new AbortController();
    const running = core.service.exec(
      id,
      [
        'sh',
        '-c',
        'sleep 10077 & setsid sleep 20077 & (setsid sh -c "sleep 30077 & sleep 40077" &); trap "" TERM; sleep 50077; sleep 60077',
      ],
      { signal: cancel.signal },
    );
    await untilSleepersAre(5);
    cancel.abort();
    assert.equal(await codeOf(running), 'cancelled');
    await untilSleepersAre(0);
    assert.equal(core.service.get(id)?.activeTasks, 0);
  });

  it('ends a command after its time', async () => {
    assert.equal(await codeOf(core.service.exec(id, ['sleep', '70077'], { timeoutMs: 200 })), 'timeout');
    await untilSleepersAre(0);
  });

  it('gives terminals that can be typed in, resized, interrupted and ended', async () => {
    const session = await core.service.openSession(id, {
      kind: 'terminal',
      terminal: { columns: 100, rows: 30 },
    });
    assert.equal(core.service.get(id)?.activeTasks, 1);
    let screen = '';
    session.stdout.on('data', (chunk: Buffer) => (screen += chunk.toString()));
    const shows = async (pattern: RegExp) => {
      for (let tries = 0; !pattern.test(screen); tries++) {
        assert.ok(tries < 100, screen);
        await new Promise((done) => setTimeout(done, 50));
      }
    };
    session.stdin.write('stty size\n');
    await shows(/30 100/);
    await session.resize(90, 20);
    session.stdin.write('stty size; sleep 80077\n');
    await shows(/20 90/);
    session.stdin.write('\u0003');
    session.stdin.write('echo in$((1+1))terrupted\n');
    await shows(/in2terrupted/);
    session.stdin.write('exit 5\n');
    assert.equal(await session.exitCode, 5);
    assert.equal(core.service.get(id)?.activeTasks, 0);
  });

  it('ends a terminal that is closed, with what runs in it', async () => {
    const session = await core.service.openSession(id, {
      kind: 'terminal',
      terminal: { columns: 80, rows: 24 },
    });
    session.stdout.resume();
    session.stdin.write('setsid sleep 90077 & sleep 91077\n');
    await untilSleepersAre(2);
    await session.end();
    assert.equal(await sleepers(), 0);
  });

  it('runs many commands side by side', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) => core.service.exec(id, ['sh', '-c', `sleep 0.1; echo ${n}`])),
    );
    assert.deepEqual(
      results.map(({ stdout }) => Number(stdout)),
      Array.from({ length: 20 }, (_, n) => n),
    );
  });

  it('changes limits in place, as the kernel has them', async () => {
    const before = core.service.get(id)?.container;
    await core.service.update(id, { limits: { memoryMiB: 128, pids: 64, cpus: 0.5 }, name: 'renamed' });
    assert.deepEqual(core.service.get(id)?.container, before);
    const containerId = before && 'id' in before ? before.id : undefined;
    const { HostConfig, Name } = (await engineJson(
      engine.socketPath,
      'GET',
      `/containers/${containerId}/json`,
    )) as {
      HostConfig: Record<string, number>;
      Name: string;
    };
    assert.deepEqual(
      [HostConfig['Memory'], HostConfig['MemorySwap'], HostConfig['PidsLimit'], HostConfig['NanoCpus'], Name],
      [128 * 2 ** 20, 128 * 2 ** 20, 64, 5e8, `/cordon-renamed-${id.slice(0, 8)}`],
    );
    await core.service.update(id, { limits: { memoryMiB: 512 } });
    const report = await core.service.isolationReport(id);
    assert.deepEqual(
      report.findings.filter(({ ok, id }) => !ok && id !== 'root-user'),
      [],
    );
  });

  it('makes the container anew for another image and network, and keeps running', async () => {
    const updated = await core.service.update(id, {
      image: 'cordon-test/volume:local',
      network: 'none',
      env: { A: 'b' },
    });
    assert.equal(updated.container.kind, 'running');
    assert.equal(await sh('echo $A; ls /sys/class/net'), 'b\nlo');
    assert.deepEqual(
      (await managedResources(engine.socketPath)).map(({ kind }) => kind),
      ['container'],
    );
  });

  it('keeps its container when the new image is nowhere', async () => {
    const before = core.service.get(id)?.container;
    assert.equal(await codeOf(core.service.update(id, { image: 'localhost:1/none' })), 'imagePullFailed');
    assert.deepEqual(core.service.get(id)?.container, before);
  });

  it('stops, starts, restarts, pauses and resumes', async () => {
    assert.equal((await core.service.stop(id)).container.kind, 'stopped');
    assert.equal((await core.service.start(id)).container.kind, 'running');
    assert.equal((await core.service.pause(id)).container.kind, 'paused');
    assert.equal(await codeOf(core.service.exec(id, ['true'])), 'notRunning');
    assert.equal((await core.service.restart(id)).container.kind, 'running');
    await core.service.pause(id);
    assert.equal((await core.service.stop(id)).container.kind, 'stopped', 'a paused one stops too');
    assert.equal((await core.service.start(id)).container.kind, 'running');
  });

  it('follows what somebody else does to the container', async () => {
    const containerId = (core.service.get(id)?.container as { id: string }).id;
    const becomes = async (kind: string) => {
      for (let tries = 0; core.service.get(id)?.container.kind !== kind; tries++) {
        assert.ok(tries < 100, core.service.get(id)?.container.kind);
        await new Promise((done) => setTimeout(done, 20));
      }
    };
    await engineJson(engine.socketPath, 'POST', `/containers/${containerId}/pause`);
    await becomes('paused');
    await engineJson(engine.socketPath, 'POST', `/containers/${containerId}/unpause`);
    await becomes('running');
    await engineJson(engine.socketPath, 'POST', `/containers/${containerId}/kill`);
    await becomes('stopped');
    assert.equal(core.service.get(id)?.status, 'inactive');
    await engineJson(engine.socketPath, 'DELETE', `/containers/${containerId}`);
    await becomes('absent');
    assert.equal((await core.service.start(id)).container.kind, 'running');
  });

  it('shows what the main process prints', async () => {
    const loud = await core.service.create({
      name: 'loud',
      folder,
      network: 'none',
      image: 'cordon-test/nosleep:local',
    });
    const stop = new AbortController();
    const stream = await core.service.followLogs(loud.id, stop.signal);
    setTimeout(() => {
      stop.abort();
    }, 200);
    assert.equal(await text(stream).catch(() => ''), '');
  });

  it('gives the prompt of a bash a name, where the image has none and the prompt asks for it', async () => {
    await ensureImages({ socketPath: engine.socketPath, wanted: [debianImage] });
    const named = await core.service.create({ name: 'named', folder, network: 'none', image: debianImage });
    const promptOf = async (prompt: string, user: string) => {
      const line = `PS1='${prompt}'; eval "$PROMPT_COMMAND"; printf %s "$PS1"; exit $?`;
      const options = { env: { PROMPT_COMMAND: bashPromptCommand, USER: 'a&b c' }, user };
      return (await core.service.exec(named.id, ['bash', '-c', line], options)).stdout;
    };
    const nameless = '4242:4242';
    assert.equal(await promptOf(String.raw`\u@\h:\w\$ `, nameless), String.raw`a&b c@\h:\w\$ `);
    for (const untouched of [String.raw`\w\$ `, String.raw`C:\\users> `, ''])
      assert.equal(await promptOf(untouched, nameless), untouched);
    assert.equal(await promptOf(String.raw`\u@\h`, '0:0'), String.raw`\u@\h`, 'root has a name');
  });

  it('archives and restores', async () => {
    await core.service.archive(id);
    assert.deepEqual(await managedResources(engine.socketPath, `cordon.workspace.id=${id}`), []);
    assert.equal((await core.service.restore(id)).status, 'inactive');
    assert.equal((await core.service.start(id)).container.kind, 'running');
  });

  it('starts, stops and deletes many at once', async () => {
    const more = await Promise.all(
      Array.from({ length: 8 }, (_, n) => core.service.create({ name: `many ${n}`, folder, start: false })),
    );
    const ids = more.map((workspace) => workspace.id);
    for (const operation of ['start', 'restart', 'stop', 'remove'] as const) {
      const { results } = await core.service.batch(operation, ids);
      assert.deepEqual(
        results.filter(({ ok }) => !ok),
        [],
        operation,
      );
    }
    assert.equal(
      ids.some((one) => core.service.get(one)),
      false,
    );
  });
});
