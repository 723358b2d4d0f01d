import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import type { DockerConnection } from '../../../src/docker/dockerConnection.ts';
import { ensureImages } from '../../host/images.mjs';
import { managedResources } from '../../host/leftovers.mjs';
import { startPrivateEngine, type PrivateEngine } from '../../host/privateEngine.mjs';
import { connectTo, tinyImage } from '../../support/engine.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';
import { codeOf } from '../../support/workspacesOnFake.ts';

/** Waits until something holds, or fails after 10 s with what it was last. */
async function eventually<T>(read: () => T | Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries++) {
    const value = await read();
    if (holds(value)) return value;
    if (tries > 200) assert.fail(`still ${JSON.stringify(value)}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

describe('bad days of an engine', function () {
  this.timeout(120_000);
  let engine: PrivateEngine;
  let connection: DockerConnection;
  let core: ReturnType<typeof workspacesOnEngine>;
  let folder: string;

  before(async () => {
    engine = await startPrivateEngine({ dataSizeMiB: 200 });
    await ensureImages({ socketPath: engine.socketPath, wanted: [tinyImage] });
    folder = await temporaryFolder();
  });

  beforeEach(() => {
    connection = connectTo(`unix://${engine.socketPath}`);
    core = workspacesOnEngine(connection);
  });

  afterEach(async () => {
    for (const { id } of core.service.list()) await core.service.remove(id);
    core.dispose();
    connection.dispose();
    assert.deepEqual(await managedResources(engine.socketPath), []);
  });

  after(async () => {
    await engine.stop();
    await fs.rm(join(folder, '..'), { recursive: true });
  });

  it('killed while a workspace runs: unknown at once, right again when it is back', async () => {
    const { id } = await core.service.create({ name: 'demo', folder, network: 'none' });
    const kind = () => core.service.get(id)?.container.kind;
    await engine.kill();
    await eventually(kind, (now) => now === 'unknown');
    assert.equal(await codeOf(core.service.stop(id, { timeoutMs: 3000 })), 'engineUnavailable');
    await engine.restart();
    await eventually(kind, (now) => now === 'stopped' || now === 'failed');
    assert.equal((await core.service.start(id)).container.kind, 'running');
  });

  for (const step of [
    'Looking for the image',
    'Creating the network',
    'Creating the container',
    'Starting the container',
    'Checking the isolation',
  ])
    it(`cancelled at “${step}”: nothing is left`, async () => {
      const cancel = new AbortController();
      const creating = core.service.create(
        { name: 'demo', folder },
        {
          signal: cancel.signal,
          onProgress: (message) => {
            if (message.startsWith(step)) cancel.abort();
          },
        },
      );
      assert.equal(await codeOf(creating), 'cancelled');
      assert.deepEqual(core.service.list(), []);
      assert.deepEqual(await managedResources(engine.socketPath), []);
    });

  it('out of disk: a clear error, nothing left, and right again when there is room', async () => {
    const { id } = await core.service.create({ name: 'filler', folder, profile: 'basic', network: 'none' });
    await core.service.exec(
      id,
      ['sh', '-c', 'dd if=/dev/zero of=/fill bs=1M; dd if=/dev/zero of=/fill2 bs=1k'],
      { user: '0:0' },
    );
    await assert.rejects(core.service.create({ name: 'demo', folder }), (error: Error & { code: string }) => {
      assert.equal(error.code, 'engineFailed');
      assert.match(error.message, /disk|space/i);
      return true;
    });
    assert.equal(core.service.list().length, 1);
    await core.service.remove(id);
    const again = await core.service.create({ name: 'demo', folder, network: 'none' });
    assert.equal(again.container.kind, 'running');
  });

  it('absent at first: refused with a reason, and used by itself when it is there', async () => {
    await engine.kill();
    await assert.rejects(core.service.create({ name: 'demo', folder }), (error: Error & { code: string }) => {
      assert.equal(error.code, 'engineUnavailable');
      assert.ok(error.message.includes(engine.socketPath), error.message);
      return true;
    });
    assert.deepEqual(core.service.list(), []);
    await engine.restart();
    await eventually(
      () => connection.state.kind,
      (kind) => kind === 'connected',
    );
    assert.equal(
      (await core.service.create({ name: 'demo', folder, network: 'none' })).container.kind,
      'running',
    );
  });
});
