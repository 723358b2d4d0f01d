import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runTests } from '@vscode/test-electron';
import { buildTests, extensionTests } from './buildTests.mjs';
import { debianImage } from './images.mjs';
import { cacheFolder, projectRoot } from './paths.mjs';

// Runs the tests of test/extension inside a VS Code extension host: that of the desktop VS Code, which
// @vscode/test-electron downloads, or, where it cannot be downloaded or shown, that of the server build. `--only NAME`
// runs one file of them.

const { values } = parseArgs({ options: { only: { type: 'string' } } });

const canShow = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
const headless = !canShow || !(await canDownload());
if (headless) {
  const { installVSCodeServer } = await import('./vscode/install-vscode.mjs');
  const { ensureChromium } = await import('./vscode/chromium.mjs');
  await installVSCodeServer();
  await ensureChromium();
}
await buildTests(values);

const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'cordon-extension-tests-'));
try {
  const folder = path.join(temporary, 'sample');
  fs.cpSync(path.join(projectRoot, 'test/sample'), folder, { recursive: true });
  const userData = path.join(temporary, 'user-data');
  fs.mkdirSync(path.join(userData, 'User'), { recursive: true });
  fs.writeFileSync(
    path.join(userData, 'User/settings.json'),
    // the image of a proxy is nowhere, also where there is a registry
    JSON.stringify({ 'cordon.image': debianImage, 'cordon.proxyImage': 'cordon-test/nowhere:local' }),
  );
  await runTests({
    ...(headless
      ? { vscodeExecutablePath: path.join(import.meta.dirname, 'vscode/code-headless.mjs') }
      : { cachePath: path.join(cacheFolder, 'vscode-test') }),
    extensionDevelopmentPath: projectRoot,
    extensionTestsPath: path.join(extensionTests, 'index.cjs'),
    launchArgs: [
      folder,
      `--user-data-dir=${userData}`,
      `--extensions-dir=${path.join(temporary, 'extensions')}`,
    ],
    extensionTestsEnv: {
      CORDON_TEST_REPORTER: path.join(import.meta.dirname, 'countingReporter.cjs'),
      ...(process.env.CORDON_SOAK && { CORDON_SOAK: process.env.CORDON_SOAK }),
    },
  });
} catch (error) {
  console.error(String(error));
  process.exitCode = typeof error.code === 'number' ? error.code : 1;
} finally {
  fs.rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
}

async function canDownload() {
  try {
    const address = 'https://update.code.visualstudio.com/api/releases/stable';
    return (await fetch(address, { signal: AbortSignal.timeout(3_000) })).ok;
  } catch {
    return false;
  }
}
