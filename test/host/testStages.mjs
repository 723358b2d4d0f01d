import fs from 'node:fs';
import path from 'node:path';
import { copyTests } from './copyTests.mjs';
import { coverageOf, reportCoverage } from './coverage.mjs';
import { debianImage, ensureImages, smallImages, squidImage } from './images.mjs';
import { projectRoot } from './paths.mjs';
import { check, countTests, mocha } from './stage.mjs';
import { runUnitTests } from './unitTests.mjs';
import { ensureChromium } from './vscode/chromium.mjs';
import { installVSCodeServer } from './vscode/install-vscode.mjs';

/** Tests that start the engines that they need. */
const onOwnEngines = 'test/docker/egress/**/*.test.ts';
const host = (name) => path.join(import.meta.dirname, name);

/**
 * The stages of `npm test` in their order: what each needs, the environment it wants, and what runs it. Every stage
 * returns `{ passed, failed }`; `why` says what a count cannot. Those that are `aside` only read the project, or have an
 * engine of their own: they run one after the other beside those that follow, which wait for an engine half of their time,
 * and the `last` one waits for them.
 * With an engine and a window a test may meet a busy machine: it is tried once more, and the closing lines tell of it.
 */
export const stages = [
  // the coverage build, for what runs in VS Code later is measured too
  { name: 'build', run: check(['esbuild.config.mjs'], ['esbuild.config.mjs', '--coverage']) },
  {
    name: 'unit',
    env: coverageOf('unit'),
    run: runUnitTests,
  },
  { name: 'lint', aside: true, run: check(['eslint', '.'], ['prettier', '--check', '.']) },
  {
    name: 'types',
    aside: true,
    run: check(
      ['typescript#tsc', '--noEmit'],
      ['typescript#tsc', '--noEmit', '-p', 'src/vscode/details/page'],
    ),
  },
  {
    name: 'boundaries',
    aside: true,
    run: check(['dependency-cruiser#depcruise', '--config', '.dependency-cruiser.cjs', 'src'], ['knip']),
  },
  {
    name: 'egress',
    aside: true,
    needs: ['engine'],
    env: coverageOf('docker'),
    run: mocha(onOwnEngines, { testTimeoutMs: 120_000, stageMinutes: 45, retries: 1 }),
  },
  {
    name: 'copies',
    aside: true,
    needs: ['engine'],
    env: coverageOf('copies'),
    // those of reviews once more, and those of copies
    run: copyTests('test/{copies,docker/review}/**/*.test.ts', {
      testTimeoutMs: 120_000,
      stageMinutes: 45,
      retries: 1,
    }),
  },
  {
    name: 'docker',
    needs: ['engine'],
    env: coverageOf('docker'),
    run: mocha('test/docker/**/*.test.ts', {
      ...{ testTimeoutMs: 120_000, stageMinutes: 55, retries: 1 },
      furtherFlags: ['--ignore', onOwnEngines],
    }),
  },
  {
    name: 'extension',
    needs: ['engine', 'vscode'],
    env: coverageOf('extension'),
    run: (context) => countTests([host('runExtensionTests.mjs')], { timeoutMs: 20 * 60_000, ...context }),
  },
  {
    name: 'ui',
    needs: ['engine', 'vscode'],
    env: coverageOf('ui'),
    run: mocha('test/ui/**/*.test.ts', { testTimeoutMs: 120_000, stageMinutes: 55, retries: 1 }),
  },
  {
    name: 'package',
    needs: ['engine', 'vscode'],
    when: () => fs.existsSync(path.join(projectRoot, 'test/package')),
    run: mocha('test/package/**/*.test.ts', { testTimeoutMs: 300_000, stageMinutes: 15, retries: 1 }),
  },
  {
    name: 'coverage',
    last: true,
    async run() {
      await reportCoverage();
      return { passed: 1, failed: 0 };
    },
  },
];

/** What stages need beside the project itself; each is made at most once in a run. */
export const preparations = {
  async engine({ engine }) {
    const { socketPath } = await engine();
    await ensureImages({ socketPath, wanted: [debianImage, ...smallImages, squidImage] });
  },
  async vscode() {
    await installVSCodeServer();
    await ensureChromium();
  },
};
