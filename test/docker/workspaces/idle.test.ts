import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureImages, smallImages } from '../../host/images.mjs';
import { managedResources } from '../../host/leftovers.mjs';
import { testEngine, type TestEngine } from '../../support/engine.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';
import { Emitter } from '../../../src/shared/event.ts';
import type { IdleRules } from '../../../src/workspaces/idle/idleRules.ts';
import type { ContainerState } from '../../../src/workspaces/workspace.ts';

const run = promisify(execFile);

describe('an idle workspace', function () {
  this.timeout(60_000);
  let engine: TestEngine;
  let core: ReturnType<typeof workspacesOnEngine>;
  let folder: string;
  let id: string;
  let containerId: string;
  let rules: IdleRules;
  const onRules = new Emitter<undefined>();

  const docker = (...args: string[]) => run('docker', ['-H', `unix://${engine.socketPath}`, ...args]);
  const kind = () => core.service.get(id)!.container.kind;
  const change = (next: Partial<IdleRules>) => {
    rules = { ...rules, ...next };
    onRules.fire(undefined);
  };

  /** Settles once the container is in a state. */
  const comesTo = (wanted: ContainerState['kind']) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (kind() !== wanted) return;
        subscription.dispose();
        resolve();
      };
      const subscription = core.service.onDidChange(check);
      check();
    });

  before(async () => {
    engine = await testEngine();
    await ensureImages({ socketPath: engine.socketPath, wanted: smallImages });
    folder = await temporaryFolder();
  });

  beforeEach(async () => {
    rules = { action: 'pause', afterMs: 600, sampleEveryMs: 300, onWindowClose: 'keep' };
    core = workspacesOnEngine(engine.connection, undefined, {
      idleRules: () => rules,
      onDidChangeIdleRules: onRules.event,
    });
    const workspace = await core.service.create({ name: 'idle', folder, network: 'open' });
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

  it('is paused, and run on by the next command and terminal', async () => {
    await comesTo('paused');
    const { stdout } = await core.service.exec(id, ['echo', 'hello']);
    assert.equal(stdout, 'hello\n');
    await comesTo('paused');
    const terminal = await core.service.openSession(id, { kind: 'terminal' });
    assert.equal(kind(), 'running');
    await terminal.end();
  });

  it('is stopped where the person wants that, and started again by the next command', async () => {
    change({ action: 'stop' });
    await comesTo('stopped');
    assert.equal((await core.service.exec(id, ['echo', 'hello'])).stdout, 'hello\n');
  });

  it('is not what works, nor what something else uses; it is once that has ended', async () => {
    const burn = 'timeout 3 sh -c "while :; do :; done"';
    for (const [command, lastsMs] of [
      // Left behind in the background: its exec has ended.
      [`(${burn}) </dev/null >/dev/null 2>&1 &`, 3000],
      ['sleep 2', 2000],
    ] as const) {
      const startedAt = Date.now();
      await docker('exec', containerId, 'sh', '-c', command);
      await comesTo('paused');
      assert.ok(Date.now() - startedAt >= lastsMs, command);
      await core.service.resume(id);
    }
  });

  it('is known by its traffic, too', async () => {
    await core.service.exec(id, ['sh', '-c', 'nc -w 1 "$(ip route | cut -d " " -f 3 | head -n 1)" 9 || :']);
    const { networkSentBytes: sent = 0, networkReceivedBytes: received = 0 } =
      (await engine.engine.sampleStats(containerId)) ?? {};
    assert.ok(sent > 0 && received > 0, `${sent} sent, ${received} received`);
  });

  it('is not woken where a person paused it, in Cordon or with the docker CLI', async () => {
    change({ action: 'off' });
    await core.service.pause(id);
    const refused = { code: 'notRunning', message: /is paused\. Resume it first/ };
    await assert.rejects(core.service.exec(id, ['true']), refused);
    await core.service.resume(id);
    await docker('pause', containerId);
    await comesTo('paused');
    await assert.rejects(core.service.exec(id, ['true']), refused);
    await core.service.resume(id);

    change({ action: 'pause' });
    await comesTo('paused');
    await core.service.pause(id);
    await assert.rejects(core.service.exec(id, ['true']), refused);
    assert.equal((await engine.engine.inspectContainer(containerId))?.paused, true);
  });

  it('is paused with the terminals of a window that closes, within what VS Code gives', async () => {
    for (const [onWindowClose, left] of [
      ['pause', 'paused'],
      ['stop', 'stopped'],
    ] as const) {
      change({ action: 'off', onWindowClose });
      const terminal = await core.service.openSession(id, { kind: 'terminal' });
      terminal.stdout.resume();
      const startedAt = performance.now();
      await core.leave();
      const tookMs = performance.now() - startedAt;
      await comesTo(left);
      assert.ok(tookMs < 4000, `${tookMs} ms`);
      await core.service.exec(id, ['true']);
      await terminal.end();
    }
  });

  it('runs on after its window, where something else runs in it', async () => {
    change({ action: 'off', onWindowClose: 'pause' });
    const other = docker('exec', containerId, 'sleep', '5');
    other.catch(() => undefined);
    while ((await engine.engine.inspectContainer(containerId))?.execIds.length === 0);
    await core.leave();
    assert.equal(kind(), 'running');
    await core.service.stop(id);
    await other.catch(() => undefined);
  });
});
