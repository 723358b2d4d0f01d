import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { engineJson } from '../../host/engineRequest.mjs';
import { ensureImages, smallImages } from '../../host/images.mjs';
import { managedResources } from '../../host/leftovers.mjs';
import { testEngine, type TestEngine } from '../../support/engine.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';
import type { SecurityCause, SecurityEntry } from '../../../src/workspaces/securityLog.ts';

const run = promisify(execFile);

describe('the monitor', function () {
  this.timeout(60_000);
  let engine: TestEngine;
  let core: ReturnType<typeof workspacesOnEngine>;
  let folder: string;
  let id: string;
  let containerId: string;
  let entries: SecurityEntry[];

  const docker = (...args: string[]) => run('docker', ['-H', `unix://${engine.socketPath}`, ...args]);
  /** Waits for a line of a cause, and prints how long after `since` it came. */
  const noticed = async (cause: SecurityCause, since: number) => {
    for (;;) {
      const entry = entries.find((each) => each.cause === cause);
      if (entry) {
        process.stdout.write(
          `      ${cause} noticed within ${Math.round(Date.parse(entry.at) - since)} ms\n`,
        );
        return entry;
      }
      assert.ok(Date.now() - since < 15_000, `${cause} was not noticed`);
      await delay(20);
    }
  };
  const state = () => core.service.get(id)!.container.kind;
  const paused = async () => {
    for (let tries = 0; state() !== 'paused'; tries++) {
      assert.ok(tries < 200, state());
      await delay(20);
    }
  };

  before(async () => {
    engine = await testEngine();
    await ensureImages({ socketPath: engine.socketPath, wanted: smallImages });
    folder = await temporaryFolder();
  });

  beforeEach(async () => {
    core = workspacesOnEngine(engine.connection);
    entries = [];
    core.service.onDidRecordSecurity((entry) => entries.push(entry));
    const workspace = await core.service.create({
      name: 'watched',
      folder,
      limits: { memoryMiB: 64, pids: 64 },
    });
    ({ id } = workspace);
    containerId = 'id' in workspace.container ? (workspace.container.id ?? '') : '';
  });

  afterEach(async () => {
    await core.service.remove(id);
    core.dispose();
  });

  after(async () => {
    assert.deepEqual(await managedResources(engine.socketPath), []);
    await engine.dispose();
    await fs.rm(join(folder, '..'), { recursive: true });
  });

  it('names the command that was killed when memory ran out', async () => {
    const bomb = 'x=aaaaaaaa; while :; do x=$x$x; done';
    const started = Date.now();
    const { exitCode } = await core.service.exec(id, ['sh', '-c', bomb]);
    assert.equal(exitCode, 137);
    const entry = await noticed('memoryKill', started);
    assert.deepEqual(entry.subjects, [`sh -c ${bomb}`]);
    assert.equal(state(), 'running');
    assert.deepEqual(
      (await core.service.securityLog(id)).filter(({ cause }) => cause === 'memoryKill'),
      [entry],
    );
  });

  it('tells when a fork bomb is at the limit of processes, also once its session has ended', async () => {
    const cancel = new AbortController();
    const started = Date.now();
    const bomb = core.service
      .exec(id, ['sh', '-c', 'while :; do sleep 20 & done 2>/dev/null'], { signal: cancel.signal })
      .catch(() => undefined);
    const entry = await noticed('pidsLimit', started);
    assert.match(entry.message, /of 64/);
    await core.service.stop(id);
    cancel.abort();
    await bomb;
  });

  it('tells when memory is nearly used up', async () => {
    const cancel = new AbortController();
    const started = Date.now();
    const eater = core.service
      .exec(
        id,
        [
          'sh',
          '-c',
          'head -c 16050000 /dev/zero >/dev/shm/a; head -c 16050000 /dev/zero >/tmp/b; head -c 16050000 /dev/zero >/var/tmp/c; head -c 16050000 /dev/zero >/cordon/d; sleep 60',
        ],
        {
          signal: cancel.signal,
        },
      )
      .catch(() => undefined);
    const entry = await noticed('memoryNearLimit', started);
    assert.match(entry.message, /of 64 MiB/);
    await core.service.stop(id);
    cancel.abort();
    await eater;
  });

  it('tells of a process that something else started, and of none of its own', async () => {
    await core.service.exec(id, ['true']);
    const session = await core.service.openSession(id, { kind: 'terminal' });
    await session.end();
    await docker('exec', containerId, 'sleep', '0');
    const started = Date.now();
    await docker('exec', containerId, 'echo', 'hello');
    const entry = await noticed('foreignExec', started);
    assert.deepEqual([entry.severity, entry.subjects], ['warning', ['echo hello']]);
    assert.equal(state(), 'running');
    await delay(300);
    assert.deepEqual(
      entries.map(({ cause }) => cause),
      ['foreignExec'],
    );
  });

  it('pauses the workspace for a foreign process as root', async () => {
    const started = Date.now();
    const foreign = docker('exec', '-u', '0', containerId, 'sleep', '5').catch(() => undefined);
    const entry = await noticed('foreignExec', started);
    assert.equal(entry.severity, 'critical');
    await paused();
    await core.service.resume(id);
    await foreign;
  });

  it('pauses the workspace when something else connects it to a network, and can disconnect it', async () => {
    const name = `foreign-${id.slice(0, 6)}`;
    await docker('network', 'create', name);
    try {
      const started = Date.now();
      await docker('network', 'connect', name, containerId);
      const entry = await noticed('foreignNetwork', started);
      assert.deepEqual([entry.severity, entry.subjects[0]], ['critical', name]);
      await paused();
      await core.service.disconnectNetwork(id, entry.subjects[1]!);
      const inspected = await engineJson(engine.socketPath, 'GET', `/containers/${containerId}/json`);
      const { NetworkSettings } = inspected as { NetworkSettings: { Networks: object } };
      assert.equal(Object.keys(NetworkSettings.Networks).includes(name), false);
      await core.service.resume(id);
      assert.equal((await core.service.isolationReport(id)).grade !== 'F', true);
    } finally {
      await docker('network', 'rm', name);
    }
  });

  it('tells what something else changed, and nothing of its own changes', async () => {
    await core.service.update(id, { limits: { memoryMiB: 96 }, name: 'renamed' });
    await delay(2500);
    assert.deepEqual(entries, []);
    const started = Date.now();
    await docker('update', '--memory', '200m', '--memory-swap', '400m', '--restart', 'always', containerId);
    const entry = await noticed('foreignUpdate', started);
    assert.match(entry.message, /memory in MiB was 96, is 200/);
    assert.match(entry.message, /restart policy was no, is always/);
    assert.equal(entries.length, 1);
  });

  it('tells when the container was renamed', async () => {
    const started = Date.now();
    await docker('rename', containerId, `innocent-${id.slice(0, 6)}`);
    const entry = await noticed('foreignUpdate', started);
    assert.match(entry.message, /is innocent-/);
  });

  it('pauses what writes more to disk than its profile allows', async () => {
    const disk = {
      free: 10 * 1024 ** 3,
      freeBytes: () => Promise.resolve(disk.free),
      bytesChangedSince: () => Promise.resolve(9 * 1024 ** 3),
    };
    const watching = workspacesOnEngine(engine.connection, core.storage, { disk });
    watching.service.onDidRecordSecurity((entry) => entries.push(entry));
    await watching.reconcile();
    const started = Date.now();
    disk.free = 0.3 * 1024 ** 3;
    const entry = await noticed('diskGrowth', started);
    assert.equal(entry.severity, 'critical');
    await paused();
    watching.dispose();
    await core.service.resume(id);
  });
});
