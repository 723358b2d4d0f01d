import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Workspace } from '../../../src/workspaces/workspace.ts';
import { engineJson, engineRequest } from '../../host/engineRequest.mjs';
import { debianImage, ensureImages } from '../../host/images.mjs';
import { testEngine, tinyImage, type TestEngine } from '../../support/engine.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';

describe('the main process of a container', function () {
  this.timeout(60_000);
  let engine: TestEngine;
  let core: ReturnType<typeof workspacesOnEngine>;
  let folder: string;

  before(async () => {
    engine = await testEngine();
    await ensureImages({ socketPath: engine.socketPath, wanted: [debianImage, tinyImage] });
    core = workspacesOnEngine(engine.connection);
    folder = await temporaryFolder();
  });
  afterEach(async () => {
    for (const { id } of core.service.list()) await core.service.remove(id);
  });
  after(async () => {
    core.dispose();
    await engine.dispose();
    await fs.rm(join(folder, '..'), { recursive: true });
  });

  const create = (image: string) => core.service.create({ name: 'demo', folder, image, network: 'none' });
  const sh = async ({ id }: Workspace, line: string) =>
    (await core.service.exec(id, ['sh', '-c', line])).stdout;
  const containerOf = ({ id }: Workspace) => {
    const { container } = core.service.get(id)!;
    return 'id' in container && container.id ? container.id : assert.fail(container.kind);
  };
  /** The words of every process but init and those of the command that looks. */
  const processes = async (workspace: Workspace) =>
    (
      await sh(
        workspace,
        'for p in /proc/[0-9]*; do n=${p#/proc/}; [ $n != 1 ] && [ $n != $$ ] && tr "\\0" " " <$p/cmdline && echo; done',
      )
    )
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('tr '));
  const becomes = async (workspace: Workspace, wanted: readonly string[]) => {
    for (let tries = 0; ; tries++) {
      const found = await processes(workspace);
      if (found.join() === wanted.join()) return;
      assert.ok(tries < 50, `${found.join(' | ')} is not ${wanted.join(' | ')}`);
    }
  };
  const becomesKind = async ({ id }: Workspace, kind: string) => {
    for (let tries = 0; core.service.get(id)?.container.kind !== kind; tries++) {
      assert.ok(tries < 250, `${core.service.get(id)?.container.kind} is not ${kind}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const ask = (method: string, path: string) => engineJson(engine.socketPath, method, path);

  for (const image of [tinyImage, debianImage])
    it(`only sleeps once ${image} was looked at, and shows nothing of that`, async () => {
      const workspace = await create(image);
      await becomes(workspace, ['sleep 2147483647']);
      const log = `/containers/${containerOf(workspace)}/logs?stdout=1`;
      const { text: kept } = await engineRequest(engine.socketPath, 'GET', log);
      assert.match(kept, /cordon-probe 1\n/, 'the engine keeps it');
      const stop = new AbortController();
      const stream = await core.service.followLogs(workspace.id, stop.signal);
      setTimeout(() => {
        stop.abort();
      }, 300);
      assert.equal(await text(stream), '');
    });

  it('waits where somebody else starts the container, which can be worked in, and is told again by Cordon', async () => {
    const workspace = await create(tinyImage);
    const containerId = containerOf(workspace);
    await ask('POST', `/containers/${containerId}/stop?t=1`);
    await becomesKind(workspace, 'stopped');
    await ask('POST', `/containers/${containerId}/start`);
    await becomesKind(workspace, 'running');
    await becomes(workspace, ['/bin/sh']);
    assert.equal((await core.service.isolationReport(workspace.id)).grade, 'A');
    // it ends when it is asked to, and is not killed after a grace
    assert.deepEqual((await core.service.stop(workspace.id)).container, {
      ...{ kind: 'stopped', id: containerId, exitCode: 143 },
    });
    const { isolation } = await core.service.start(workspace.id);
    assert.equal(isolation?.grade, 'A');
    await becomes(workspace, ['sleep 2147483647']);
  });

  it('can do no more than who types to it from inside while it waits', async () => {
    await fs.chown(folder, 1000, 1000);
    const workspace = await create(tinyImage);
    await ask('POST', `/containers/${containerOf(workspace)}/restart?t=1`);
    await becomesKind(workspace, 'running');
    const typed = 'grep -E "^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):" /proc/self/status >/tmp/typed';
    await sh(workspace, `for f in /proc/[0-9]*/fd/0; do [ -p $f ] && echo '${typed}' >$f; done`);
    const own = await sh(
      workspace,
      'sleep 0.5; grep -E "^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):" /proc/self/status',
    );
    assert.match(own, /^Uid:\t1000\t/m);
    assert.equal(await sh(workspace, 'cat /tmp/typed'), own);
  });
});
