import os from 'node:os';
import { ensureImages } from './images.mjs';
import { startPrivateEngine } from './privateEngine.mjs';
import { mocha } from './stage.mjs';

const limits = { testTimeoutMs: 120_000, stageMinutes: 20, retries: 1 };

/**
 * Runs the tests of reviews once more, and those of copies, with an engine that sees no folder of a test, as one on
 * another machine: every workspace in review mode works on a copy there.
 */
export async function runCopyTests(context) {
  const engine = await startPrivateEngine({ hiddenFolders: [os.tmpdir()] });
  try {
    await ensureImages({ socketPath: engine.socketPath });
    const env = { ...context.env, DOCKER_HOST: `unix://${engine.socketPath}` };
    return await mocha('test/{copies,docker/review}/**/*.test.ts', limits)({ ...context, env });
  } finally {
    await engine.stop();
  }
}
