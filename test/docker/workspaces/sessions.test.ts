import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { debianImage, ensureImages } from '../../host/images.mjs';
import { managedResources } from '../../host/leftovers.mjs';
import { testEngine, type TestEngine } from '../../support/engine.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';

const mebi = 1024 * 1024;

describe('sessions in a workspace', function () {
  this.timeout(120_000);
  let engine: TestEngine;
  let core: ReturnType<typeof workspacesOnEngine>;
  let folder: string;
  let id: string;

  before(async () => {
    engine = await testEngine();
    core = workspacesOnEngine(engine.connection);
    folder = await temporaryFolder();
    ({ id } = await core.service.create({ name: 'sessions', folder, network: 'none' }));
  });

  after(async () => {
    for (const workspace of core.service.list()) await core.service.remove(workspace.id);
    core.dispose();
    assert.deepEqual(await managedResources(engine.socketPath), []);
    await engine.dispose();
    await fs.rm(join(folder, '..'), { recursive: true });
  });

  it('carry 1 GB byte for byte with flat memory, at the speed of the reader', async () => {
    const session = await core.service.openSession(id, {
      kind: 'task',
      command: ['sh', '-c', 'dd if=/dev/zero bs=1M count=1024 2>/dev/null; echo >/tmp/written; printf end'],
    });
    session.stderr.resume();
    await delay(1000);
    // nobody has read yet: it waits, and so does the engine
    const { exitCode } = await core.service.exec(id, ['test', '-e', '/tmp/written']);
    assert.equal(exitCode, 1, 'the process is held back');
    const before = process.memoryUsage.rss();
    let most = 0;
    let bytes = 0;
    let chunks = 0;
    let tail = '';
    for await (const chunk of session.stdout as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      tail = chunk.subarray(-3).toString();
      if (chunks++ % 256 === 0) most = Math.max(most, process.memoryUsage.rss());
    }
    assert.equal(await session.exitCode, 0);
    assert.deepEqual([bytes, tail], [1024 * mebi + 3, 'end']);
    assert.ok(most - before < 200 * mebi, `${Math.round((most - before) / mebi)} MiB more`);
  });

  it('end by their id with all that they started, and tell the exit code', async () => {
    const session = await core.service.openSession(id, {
      kind: 'task',
      command: ['sh', '-c', 'sleep 11088 & setsid sleep 12088 & sleep 13088'],
      terminal: { columns: 80, rows: 24 },
    });
    session.stdout.resume();
    const sleepers = async () =>
      (await core.service.exec(id, ['sh', '-c', "ps | grep -c '[s]leep 1.088'"])).stdout.trim();
    while ((await sleepers()) !== '3') await delay(50);
    const [info] = core.service.sessions(id);
    assert.deepEqual([info?.id, info?.kind], [session.id, 'task']);
    await core.service.endSession(session.id);
    assert.equal(await sleepers(), '0');
    assert.ok((await session.exitCode) > 128, 'it was ended by a signal');
    assert.deepEqual([core.service.sessions(id), core.service.get(id)?.activeTasks], [[], 0]);
    await core.service.endSession(session.id);
  });

  describe('with a shell', () => {
    let shellsId: string;

    before(async () => {
      await ensureImages({ socketPath: engine.socketPath, wanted: [debianImage] });
      const request = { name: 'shells', folder, network: 'none', image: debianImage } as const;
      ({ id: shellsId } = await core.service.create(request));
      const [first, ...more] = await core.service.shells(shellsId);
      assert.equal(first, '/bin/bash');
      assert.deepEqual(more.slice(0, 2), ['/bin/zsh', '/bin/fish']);
    });

    after(async () => {
      await core.service.remove(shellsId);
    });

    for (const shell of ['/bin/bash', '/bin/zsh', '/bin/fish'])
      it(`tell of the commands of a ${basename(shell)}, of their exit codes and folders`, async () => {
        const session = await core.service.openSession(shellsId, {
          kind: 'terminal',
          shell,
          // as some images have it
          env: { XDG_RUNTIME_DIR: '/run/user/1000' },
          terminal: { columns: 200, rows: 24 },
        });
        let screen = '';
        session.stdout.on('data', (chunk: Buffer) => (screen += chunk.toString()));
        session.stdin.write('cd /tmp; false\nexit 7\n');
        assert.equal(await session.exitCode, 7);
        // eslint-disable-next-line no-control-regex -- escape sequences are what is looked for
        const told = [...screen.matchAll(/\u001b\]633;(.*?)\u0007/g)].map(([, what]) => what).join(' ');
        // a prompt that is there before the size of the terminal is drawn once more; fish also tells of its own end, and
        // only of commands that there were
        assert.equal(
          told.replaceAll(/(?:A B ){2,}/g, 'A B ').replaceAll(/^D;0 | D;7$/g, ''),
          'P;Cwd=/workspace A B C D;1 P;Cwd=/tmp A B C',
        );
        assert.deepEqual(await fs.readdir(folder), ['hello.txt'], 'nothing is written into the folder');
      });
  });

  it('end with their workspace', async () => {
    const session = await core.service.openSession(id, { kind: 'task', command: ['sleep', '14088'] });
    session.stdout.resume();
    session.stderr.resume();
    await core.service.stop(id);
    await session.exitCode.catch(() => undefined);
    assert.deepEqual(core.service.sessions(id), []);
    await core.service.start(id);
  });
});
