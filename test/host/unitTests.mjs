import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { projectRoot } from './paths.mjs';
import { mocha } from './stage.mjs';
import { whereItWas } from './whereItWas.mjs';

const sources = path.join(projectRoot, 'test/unit');
const built = path.join(projectRoot, 'out/test/unit');

/**
 * Runs the unit tests in as many processes as this machine runs at once. They are built first, with all that they import
 * of ours: each process would otherwise spend longer on loading hundreds of files than on half of the tests.
 */
export async function runUnitTests(context) {
  await build();
  return await run(context);
}

const run = mocha('out/test/unit/**/*.test.js', {
  ...{ testTimeoutMs: 10_000, stageMinutes: 5, node: ['--enable-source-maps'] },
  // what the configuration wants loaded is for tests that were not built
  furtherFlags: ['--no-config', ...parallel(os.availableParallelism())],
});

function parallel(jobs) {
  if (jobs < 2) return [];
  return ['--parallel', '--jobs', String(jobs), '--require', path.join(import.meta.dirname, 'leftOpen.mjs')];
}

async function build() {
  fs.rmSync(built, { recursive: true, force: true });
  const tests = fs.readdirSync(sources, { recursive: true }).filter((name) => name.endsWith('.test.ts'));
  await esbuild.build({
    entryPoints: tests.map((name) => path.join(sources, name)),
    outdir: built,
    outbase: sources,
    bundle: true,
    // two tests of one module share it
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    alias: { vscode: path.join(projectRoot, 'test/support/vscode/module.ts') },
    plugins: [whereItWas],
    // code that is left out would count as covered
    treeShaking: false,
    sourcemap: true,
    logLevel: 'warning',
  });
}
