import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { managedResources, removeManaged } from '../../host/leftovers.mjs';
import { testEngine, type TestEngine } from '../../support/engine.ts';
import { seed } from '../../support/seed.ts';
import { size } from '../../support/soak.ts';
import { openTwoWindows, type TwoWindows } from '../../support/twoWindows.ts';
import { temporaryFolder } from '../../support/workspacesOnEngine.ts';
import { RandomRun } from './randomRun.ts';
import { stepsOf } from './steps.ts';

const count = size(60, 1000);
const shownLines = 150;

describe('random operations of two windows, with changes from outside among them', function () {
  this.timeout(size(120_000, 3_600_000));
  let engine: TestEngine;
  let both: TwoWindows;
  let folders: readonly string[];

  before(async () => {
    engine = await testEngine();
    folders = await Promise.all(['one', 'two', 'three'].map((name) => temporaryFolder(name)));
    both = openTwoWindows(engine.socketPath);
  });

  after(async () => {
    await both.dispose();
    // Of a run that failed.
    await removeManaged(engine.socketPath);
    await engine.dispose();
    for (const folder of folders) await fs.rm(join(folder, '..'), { recursive: true });
  });

  it(`${count} of them end in records, windows and engine that agree`, async () => {
    const run = new RandomRun(both, engine.socketPath, folders);
    try {
      await run.run(stepsOf(seed, count));
      await run.removeAll();
      assert.deepEqual(await managedResources(engine.socketPath), []);
    } catch (error) {
      const things = (await managedResources(engine.socketPath)).map(({ kind, name }) => `${kind} ${name}`);
      const logs = both.windows.map(({ log }) => log.lines.slice(-shownLines).join('\n'));
      console.error([...logs, run.history(shownLines), things.join('\n')].join('\n\n'));
      throw new Error(`Again: CORDON_SEED=${seed}. ${(error as Error).message}`, { cause: error });
    }
  });
});
