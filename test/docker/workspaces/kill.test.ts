import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { managedResources } from '../../host/leftovers.mjs';
import { testEngine, type TestEngine } from '../../support/engine.ts';
import { FileStorage } from '../../support/fileStorage.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';

describe('a process killed with SIGKILL in the middle of an operation', function () {
  this.timeout(60_000);
  let engine: TestEngine;
  let folder: string;

  before(async () => {
    engine = await testEngine();
    folder = await temporaryFolder();
  });

  after(async () => {
    await engine.dispose();
    await fs.rm(join(folder, '..'), { recursive: true });
  });

  const points: readonly [string, readonly string[]][] = [
    [
      'create',
      [
        'before inspectImage',
        'before createNetwork',
        'after createNetwork',
        'before createContainer',
        'after createContainer',
        'before startContainer',
        'after startContainer',
        'after inspectContainer',
      ],
    ],
    ['remove', ['before removeEverythingOf', 'after removeEverythingOf']],
  ];
  for (const [operation, kills] of points)
    for (const kill of kills)
      it(`${operation}, ${kill}: the next activation leaves neither record nor container nor network`, async () => {
        const storagePath = join(folder, '..', `${operation} ${kill}.json`);
        assert.equal(await outcome(operation, kill, storagePath), 'SIGKILL');
        const storage = new FileStorage(storagePath);
        assert.match(
          JSON.stringify(storage.read('cordon.workspaces')),
          /victim.*"intent"/,
          'the intent was written first',
        );
        const next = workspacesOnEngine(engine.connection, storage);
        await next.reconcile();
        assert.deepEqual(next.service.list(), []);
        assert.deepEqual(await managedResources(engine.socketPath), []);
        assert.doesNotMatch(JSON.stringify(storage.read('cordon.workspaces')), /victim/);
        next.dispose();
      });

  it('and with its storage lost: a running container is adopted by its label', async () => {
    const first = workspacesOnEngine(engine.connection);
    const { id } = await first.service.create({ name: 'lost', folder, network: 'none', env: { A: 'b' } });
    first.dispose();
    const next = workspacesOnEngine(engine.connection);
    await next.reconcile();
    const adopted = next.service.get(id);
    assert.deepEqual(
      [adopted?.name, adopted?.env, adopted?.container.kind, adopted?.status],
      ['lost', { A: 'b' }, 'running', 'active'],
    );
    await next.service.remove(id);
    next.dispose();
  });

  async function outcome(operation: string, kill: string, storagePath: string): Promise<string> {
    const script = join(import.meta.dirname, '../../support/killedProcess.ts');
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', script, `unix://${engine.socketPath}`, storagePath, folder, operation, kill],
      { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, NODE_V8_COVERAGE: '' } },
    );
    return await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => {
        resolve(signal ?? `exit code ${code}`);
      });
    });
  }
});
