import * as fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureImages } from '../../host/images.mjs';
import { startPrivateEngine, type PrivateEngine } from '../../host/privateEngine.mjs';
import { tinyImage } from '../../support/engine.ts';
import { FaultBench, type Fault } from '../../support/faultBench.ts';
import { faultMatrix } from '../../support/faultMatrix.ts';
import { MemoryStorage } from '../../support/memoryStorage.ts';
import { seed } from '../../support/seed.ts';
import { size } from '../../support/soak.ts';

describe(`an engine that fails at any request (seed ${seed})`, () => {
  let engine: PrivateEngine;
  let bench: FaultBench;

  const killed: Fault = {
    name: 'it is killed and started again',
    moments: ['before', 'after'],
    // what it was just starting went down with it, or it may refuse to start that later, in a batch, say
    codes: ['engineUnavailable', 'engineFailed', 'conflict'],
    strike: async (meeting, _, { moment }) => {
      if (moment === 'after') await meeting.forward();
      await engine.kill();
      meeting.breakOff();
      await engine.restart();
    },
  };
  const frozen: Fault = {
    name: 'it hangs for a while',
    moments: ['before'],
    codes: ['engineUnavailable'],
    strike: async (meeting) => {
      await engine.kill('SIGSTOP');
      const told = meeting.forward().then((answer) => meeting.tell(answer));
      await delay(size(3000, 20_000));
      await engine.kill('SIGCONT');
      await told;
    },
  };
  const full: Fault = {
    name: 'its disk is full',
    moments: ['before'],
    codes: ['engineFailed'],
    strike: async (meeting, _, { ended }) => {
      const free = await fillDisk(engine);
      await meeting.tell(await meeting.forward());
      await ended;
      await free();
    },
  };

  before(async function () {
    this.timeout(300_000);
    engine = await startPrivateEngine({ dataSizeMiB: 400 });
    await ensureImages({ socketPath: engine.socketPath, wanted: [tinyImage] });
    bench = await FaultBench.start(engine.socketPath, () => new MemoryStorage());
  });
  after(async () => {
    await bench.dispose();
    await engine.stop();
  });

  for (const fault of [killed, frozen, full]) faultMatrix(() => bench, [fault], 2);
});

/** Writes until nothing more fits on the disk of an engine; what it gives makes room again. */
async function fillDisk({ pid, socketPath }: PrivateEngine): Promise<() => Promise<void>> {
  const file = path.join(`/proc/${pid}/root`, path.dirname(socketPath), 'data', 'fill');
  for (const bytes of [1024 * 1024, 4096]) {
    const chunk = new Uint8Array(bytes);
    let isFull = false;
    while (!isFull)
      isFull = await fs.appendFile(file, chunk).then(
        () => false,
        () => true,
      );
  }
  return () => fs.rm(file);
}
