import os from 'node:os';
import { ensureImages } from './images.mjs';
import { startPrivateEngine } from './privateEngine.mjs';
import { mocha } from './stage.mjs';

/**
 * Runs test files with an engine that sees no folder of a test, as one on another machine: every workspace in review mode
 * works on a copy there.
 */
export function copyTests(files, limits) {
  return async (context) => {
    const engine = await startPrivateEngine({ hiddenFolders: [os.tmpdir()] });
    try {
      await ensureImages({ socketPath: engine.socketPath });
      const env = { ...context.env, DOCKER_HOST: `unix://${engine.socketPath}` };
      return await mocha(files, limits)({ ...context, env });
    } finally {
      await engine.stop();
    }
  };
}
