import fs from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { projectRoot } from './paths.mjs';

const sources = path.join(projectRoot, 'test/extension');
/** Where the tests that run inside VS Code are, as VS Code can load them. */
export const extensionTests = path.join(projectRoot, 'out/test/extension');

/**
 * Bundles the extension-host tests: `test/extension/index.ts` with what it imports, or every test file by itself, or the
 * one that is named.
 */
export async function buildTests({ only } = {}) {
  fs.rmSync(extensionTests, { recursive: true, force: true });
  const index = path.join(sources, 'index.ts');
  const ownIndex = fs.existsSync(index);
  const tests = fs
    .readdirSync(sources, { recursive: true })
    .filter((name) => (only ? name === `${only}.test.ts` : name.endsWith('.test.ts')))
    .map((name) => path.join(sources, name));
  await esbuild.build({
    entryPoints: ownIndex ? [index] : tests,
    bundle: true,
    outdir: extensionTests,
    outbase: sources,
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // one mocha for the suite and its files; dockerode reads files beside itself
    external: ['vscode', 'mocha', 'dockerode', '*.node'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  if (!ownIndex) {
    fs.mkdirSync(extensionTests, { recursive: true });
    fs.copyFileSync(
      path.join(import.meta.dirname, 'extensionSuite.cjs'),
      path.join(extensionTests, 'index.cjs'),
    );
  }
}
