#!/usr/bin/env node
// Stands in for the VS Code executable of @vscode/test-electron: the same arguments, output and exit codes, without a
// display and without a download.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseCodeArguments } from './codeArguments.mjs';
import { serverCli } from './server.mjs';
import { startVSCode } from './vscode-host.mjs';

const options = parseCodeArguments(process.argv.slice(2));
if (options.cli.length > 0) process.exit(await serverCli(options.cli, options));

const limitS = Number(process.env.VSCODE_HEADLESS_TIMEOUT ?? 900);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cordon-tests-'));
const output = path.join(folder, 'output');
const carry = carryOutput(output);
let code;
let finishing;

async function finish(status, why) {
  if (why) {
    process.stderr.write(`code-headless: ${why}\n`);
    await report();
  }
  carry.stop();
  await code?.close();
  carry.pump();
  fs.rmSync(folder, { recursive: true, force: true });
  process.exit(status);
}
const end = (...args) => (finishing ??= finish(...args));

/** What the window looked like, and the end of the server's log: what one wants to see of a run that broke. */
async function report() {
  if (!code) return;
  const file = process.env.VSCODE_HEADLESS_SCREENSHOT ?? path.join(os.tmpdir(), 'code-headless.png');
  const taken = await code.page.screenshot({ path: file, timeout: 3_000 }).catch(() => undefined);
  if (taken) process.stderr.write(`code-headless: screenshot in ${file}\n`);
  process.stderr.write(`${code.serverLog.join('').split('\n').slice(-15).join('\n')}\n`);
}

for (const [signal, status] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
  process.on(signal, () => end(status));
}
setTimeout(() => end(124, `no result after ${limitS} s (VSCODE_HEADLESS_TIMEOUT)`), limitS * 1000).unref();
const { tests, ...rest } = options;
try {
  code = await startVSCode({
    ...rest,
    extensionTestsPath: tests && path.join(import.meta.dirname, 'exthost-runner.cjs'),
    env: { ...process.env, VSCODE_HEADLESS_OUT: output, VSCODE_HEADLESS_TESTS: tests && path.resolve(tests) },
  });
} catch (error) {
  await end(74, `could not start: ${error.stack}`);
}
const { code: status, why } = await code.exited;
// VS Code says 0 also when the extension host was killed: only a written result is a result
const file = `${output}.result`;
const result = fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8')) : undefined;
if (tests && why === 'tests ended' && result === undefined) {
  await end(70, 'the extension host ended before the tests did');
}
await end(tests && result ? Math.max(status, result) : status, why === 'tests ended' ? undefined : why);

/** Carries what the extension host writes into a file to our standard output, as it comes. */
function carryOutput(file) {
  fs.writeFileSync(file, '');
  const descriptor = fs.openSync(file, 'r');
  const buffer = Buffer.alloc(65_536);
  const pump = () => {
    for (let n; (n = fs.readSync(descriptor, buffer, 0, buffer.length, null)) > 0;)
      fs.writeSync(1, buffer, 0, n);
  };
  const timer = setInterval(pump, 50);
  return { pump, stop: () => clearInterval(timer) };
}
