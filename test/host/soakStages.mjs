import path from 'node:path';
import { run } from './command.mjs';
import { copyTests } from './copyTests.mjs';
import { projectRoot } from './paths.mjs';
import { onOwnEngine, sideBySide } from './sideBySide.mjs';
import { countTests, mocha } from './stage.mjs';
import { preparations as testPreparations } from './testStages.mjs';

const stageMinutes = 240;
const limits = { testTimeoutMs: 60 * 60_000, stageMinutes };
const env = {
  CORDON_SOAK: '1',
  // in seconds: how long the window without a display waits for the tests
  VSCODE_HEADLESS_TIMEOUT: String(stageMinutes * 60),
};

const faults = (file, ...furtherFlags) =>
  mocha(`test/docker/faults/${file}.test.ts`, { ...limits, furtherFlags });

/** The stages of `npm run soak`. Nothing is tried again: what fails once in a long time is what they look for. */
export const stages = [
  {
    name: 'faults',
    needs: ['engine'],
    env,
    // most of their time is waiting, for an engine that hangs, say
    run: sideBySide({
      connection: onOwnEngine(faults('connection')),
      killed: onOwnEngine(faults('killed')),
      window: onOwnEngine(faults('window')),
      hangs: faults('engine', '--grep', 'hangs'),
      engine: faults('engine', '--grep', 'hangs', '--invert'),
    }),
  },
  { name: 'copies', needs: ['engine'], env, run: copyTests('test/copies/killed.test.ts', limits) },
  { name: 'load', needs: ['engine'], env, run: mocha('test/{docker/load,soak}/**/*.test.ts', limits) },
  {
    name: 'leaks',
    needs: ['build', 'engine', 'vscode'],
    env,
    run: (context) =>
      countTests([path.join(import.meta.dirname, 'runExtensionTests.mjs'), '--only', 'leaks'], {
        timeoutMs: stageMinutes * 60_000,
        ...context,
      }),
  },
];

export const preparations = {
  ...testPreparations,
  build: () => run(process.execPath, [path.join(projectRoot, 'esbuild.config.mjs')], { cwd: projectRoot }),
};
