import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { engineJson } from '../../host/engineRequest.mjs';
import { ensureImages, smallImages } from '../../host/images.mjs';
import { managedResources } from '../../host/leftovers.mjs';
import { testEngine, type TestEngine } from '../../support/engine.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';
import { codeOf } from '../../support/workspacesOnFake.ts';

/** Process id of the other window, as long as that lives. */
const otherOwner = 2;

describe('panic on an engine', function () {
  this.timeout(60_000);
  let engine: TestEngine;
  let core: ReturnType<typeof workspacesOnEngine>;
  let folder: string;
  const ids: string[] = [];

  const containerOf = (id: string) => {
    const { container } = core.service.get(id)!;
    return 'id' in container ? (container.id ?? '') : '';
  };
  const inspect = async (id: string) => {
    const inspected = await engineJson(engine.socketPath, 'GET', `/containers/${containerOf(id)}/json`);
    const { State, NetworkSettings } = inspected as {
      State: { Paused: boolean };
      NetworkSettings: { Networks: Record<string, unknown> };
    };
    return { paused: State.Paused, networks: Object.keys(NetworkSettings.Networks) };
  };
  const sh = async (id: string, line: string) => (await core.service.exec(id, ['sh', '-c', line])).stdout;
  /** Where packets go; an interface that was taken away comes back under another name. */
  const routes = async (id: string) => (await sh(id, 'cat /proc/net/route')).replaceAll(/eth\d/g, 'eth');
  const ticks = async () => (await fs.readFile(join(folder, 'ticks'), 'utf8')).length;

  before(async () => {
    engine = await testEngine();
    await ensureImages({ socketPath: engine.socketPath, wanted: smallImages });
    core = workspacesOnEngine(engine.connection, undefined, { isAlive: (owner) => owner === otherOwner });
    folder = await temporaryFolder();
    for (const network of ['open', 'isolated', 'none'] as const)
      ids.push((await core.service.create({ name: network, folder, network })).id);
  });

  after(async () => {
    for (const workspace of core.service.list()) await core.service.remove(workspace.id);
    core.dispose();
    assert.deepEqual(await managedResources(engine.socketPath), []);
    await engine.dispose();
    await fs.rm(join(folder, '..'), { recursive: true });
  });

  it('stops everything that runs, at once, and keeps it', async () => {
    const [open = '', isolated = '', none = ''] = ids;
    const before = { open: await routes(open), isolated: await routes(isolated) };
    const session = await core.service.openSession(open, {
      kind: 'command',
      command: ['sh', '-c', 'while :; do printf . >>ticks; sleep 0.02; done'],
    });
    session.stdout.resume();
    session.stderr.resume();
    for (let tries = 0; (await ticks().catch(() => 0)) < 3; tries++) {
      assert.ok(tries < 300);
      await delay(10);
    }
    const startedAt = performance.now();
    const outcomes = await core.service.panic();
    const tookMs = performance.now() - startedAt;
    process.stdout.write(`      froze ${outcomes.length} workspaces in ${Math.round(tookMs)} ms\n`);
    assert.deepEqual(
      outcomes.map(({ result, problem }) => [result, problem]),
      [
        ['frozen', undefined],
        ['frozen', undefined],
        ['frozen', undefined],
      ],
    );
    const then = await ticks();
    await delay(300);
    assert.equal(await ticks(), then);
    for (const id of ids) {
      const { paused, networks } = await inspect(id);
      assert.deepEqual([paused, networks.filter((name) => name !== 'none')], [true, []]);
      assert.equal(await codeOf(core.service.resume(id)), 'conflict');
    }

    const again = await core.service.panic();
    assert.deepEqual(
      again.map(({ result }) => result),
      ['frozen', 'frozen', 'frozen'],
    );

    for (const id of ids) await core.service.release(id);
    for (let tries = 0; (await ticks()) <= then; tries++) {
      assert.ok(tries < 300, 'the session runs on');
      await delay(10);
    }
    assert.equal(await routes(open), before.open);
    assert.equal(await routes(isolated), before.isolated);
    assert.equal((await sh(none, 'ls /sys/class/net')).trim(), 'lo');
    for (const id of ids) assert.notEqual((await core.service.isolationReport(id)).grade, 'F');
    await session.end();
  });

  it('finds what another window started, and survives the window', async () => {
    const [open = ''] = ids;
    const other = workspacesOnEngine(engine.connection, core.storage, { owner: otherOwner });
    await other.reconcile();
    const { id } = await other.service.create({ name: 'from the other window', folder });
    await core.service.panic();
    assert.equal((await inspect(open)).paused, true);
    core.dispose();
    other.dispose();

    await engine.engine.resumeContainer(containerOf(open));
    core = workspacesOnEngine(engine.connection, core.storage);
    await core.reconcile();
    assert.equal((await inspect(open)).paused, true);
    assert.ok(core.service.get(id)?.frozen);
    await engine.engine.resumeContainer(containerOf(open));
    for (let tries = 0; !(await inspect(open)).paused; tries++) {
      assert.ok(tries < 200, 'frozen again');
      await delay(10);
    }
    await core.service.remove(id);
    await core.service.release(open);
    assert.match(await routes(open), /eth/);
  });
});
