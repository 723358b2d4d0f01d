import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testEngine } from '../../support/engine.ts';
import { openWindow } from '../../support/engineWindow.ts';
import { FaultBench, type Fault } from '../../support/faultBench.ts';
import { faultMatrix } from '../../support/faultMatrix.ts';
import { FileStorage } from '../../support/fileStorage.ts';
import { MemoryStorage } from '../../support/memoryStorage.ts';
import { seed } from '../../support/seed.ts';
import { startStruckChild, type StruckChild } from '../../support/struckChild.ts';

describe(`a process that is killed at any request (seed ${seed})`, () => {
  let bench: FaultBench;
  let files: string;
  let storagePath: string;
  let child: StruckChild;

  const killed: Fault = {
    name: 'SIGKILL',
    moments: ['before', 'after'],
    codes: [],
    elsewhere: async (name, { proxy, folder }) => {
      bench.close();
      child = await startStruckChild('struckProcess.ts', [proxy.socketPath, storagePath, folder, name]);
      return () =>
        child.run().then(
          () => [],
          (error: unknown) => [error],
        );
    },
    strike: async (meeting, _, { moment }) => {
      if (moment === 'after') await meeting.forward();
      child.kill();
      meeting.breakOff();
    },
  };

  before(async function () {
    this.timeout(60_000);
    files = await fs.mkdtemp(path.join(tmpdir(), 'cordon-storage-'));
    let count = 0;
    const engine = await testEngine();
    await engine.dispose();
    bench = await FaultBench.start(
      engine.socketPath,
      () => new FileStorage((storagePath = path.join(files, `${++count}.json`))),
    );
  });
  after(async () => {
    await bench.dispose();
    await fs.rm(files, { recursive: true });
  });

  faultMatrix(() => bench, [killed], 2);

  it('and with its storage lost: a running container is adopted by its label', async () => {
    const { service } = bench.core;
    const { id } = await service.create({
      name: 'lost',
      folder: bench.folder,
      network: 'none',
      env: { A: 'b' },
    });
    bench.close();
    const next = openWindow(bench.socketPath, new MemoryStorage());
    await next.reconcile();
    const adopted = next.service.get(id);
    assert.deepEqual(
      [adopted?.name, adopted?.env, adopted?.container.kind, adopted?.status],
      ['lost', { A: 'b' }, 'running', 'active'],
    );
    next.dispose();
  });
});
