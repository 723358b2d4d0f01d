import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { CordonError } from '../../../src/shared/errors.ts';
import { startPrivateEngine, type PrivateEngine } from '../../host/privateEngine.mjs';
import { outcomeOf, shell, testEngine, type TestEngine } from '../../support/engine.ts';

describe('pause of a container', function () {
  this.timeout(60_000);
  /** Of its own: a process that is frozen half-way would hold up all that comes after it in the shared one. */
  let own: PrivateEngine;
  let engine: TestEngine;
  before(async () => {
    own = await startPrivateEngine();
    engine = await testEngine(own.socketPath);
  });
  after(async () => {
    engine.connection.dispose();
    await own.stop();
  });

  for (const who of ['this window', 'another window'])
    it(`waits for a process that ${who} is just starting, which would keep it frozen for good`, async () => {
      const id = await engine.startContainer();
      const starter = who === 'this window' ? engine : await testEngine(own.socketPath);
      try {
        for (let waitMs = 0; waitMs < 100; waitMs += 10) {
          const starting = starter.engine
            .startProcess({ containerId: id, command: ['true'], cwd: '/', env: {}, stdin: false })
            .then(outcomeOf, (error: unknown) => error);
          await delay(waitMs);
          await engine.engine.pauseContainer(id);
          await engine.engine.resumeContainer(id);
          const outcome = await starting;
          // One that was asked for too late is refused.
          if (outcome instanceof CordonError) assert.equal(outcome.code, 'notRunning');
          else assert.equal((outcome as { exitCode: number }).exitCode, 0);
        }
        assert.equal((await shell(engine.engine, id, 'echo alive')).stdout, 'alive\n');
      } finally {
        if (starter !== engine) await starter.dispose();
      }
    });

  it('tells who had paused it already', async () => {
    const id = await engine.startContainer();
    assert.equal(await engine.engine.pauseContainer(id), true);
    assert.equal(await engine.engine.pauseContainer(id), false);
    await engine.engine.resumeContainer(id);
  });
});
