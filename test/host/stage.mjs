import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { projectRoot } from './paths.mjs';
import { projectTool } from './projectTool.mjs';

/**
 * Runs a tool of the project for everybody to see, or gives `write` what it prints; returns its exit code, 124 when it
 * did not end in time.
 */
export async function show(args, { env, timeoutMs, signal, write }) {
  // what is loaded before the script, a loader say, is Node's own argument
  const child = spawn(process.execPath, args, {
    cwd: projectRoot,
    env: { ...process.env, ...env },
    stdio: write ? ['ignore', 'pipe', 'pipe'] : 'inherit',
  });
  for (const output of [child.stdout, child.stderr]) output?.setEncoding('utf8').on('data', write);
  let late = false;
  const end = () => child.kill('SIGTERM');
  const timer = setTimeout(() => {
    (write ?? console.log)(`Nothing after ${timeoutMs / 60_000} minutes.\n`);
    late = true;
    end();
    setTimeout(() => child.kill('SIGKILL'), 30_000).unref();
  }, timeoutMs);
  signal.addEventListener('abort', end);
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve(late ? 124 : (code ?? 1)));
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

/** A stage that is one check: it passes or it fails. */
export const check =
  (...commands) =>
  async (context) => {
    let failed = 0;
    for (const [packageName, ...args] of commands) {
      const script = packageName.endsWith('.mjs') ? packageName : projectTool(...packageName.split('#'));
      if ((await show([script, ...args], { timeoutMs: 600_000, ...context })) !== 0) failed = 1;
    }
    return { passed: 1 - failed, failed };
  };

/** A stage that runs mocha, itself or in a script that uses the counting reporter; returns its counts. */
export async function countTests(args, { timeoutMs, env, signal, write }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cordon-counts-'));
  const file = path.join(folder, 'counts.json');
  try {
    const code = await show(args, { timeoutMs, env: { ...env, CORDON_TEST_COUNTS: file }, signal, write });
    const counts = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
    if (!counts) return { passed: 0, failed: 1, why: `ended with ${code} and without counts` };
    if (counts.passed + counts.failed === 0) return { ...counts, failed: 1, why: 'executed no test' };
    if (counts.open) {
      return { ...counts, failed: counts.failed + 1, why: `left open: ${counts.open.join(', ')}` };
    }
    if (code !== 0 && counts.failed === 0) return { ...counts, failed: 1, why: `ended with ${code}` };
    return counts;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

// mocha would first `require` each file, and load all that it imports a second time where that fails
const typescript = ['--no-experimental-require-module', '--import', 'tsx'];

/**
 * Runs test files with mocha in plain Node, TypeScript unless the arguments of Node say otherwise. A test that failed is
 * tried `retries` times again; the closing lines tell of each that needed it.
 */
export const mocha = (
  pattern,
  { testTimeoutMs, stageMinutes, retries = 0, node = typescript, furtherFlags = [] },
) => {
  const script = projectTool('mocha');
  const reporter = path.join(import.meta.dirname, 'countingReporter.cjs');
  const limits = ['--timeout', String(testTimeoutMs), '--retries', String(retries)];
  const flags = ['--forbid-only', '--reporter', reporter, ...limits, ...furtherFlags];
  return async (context) =>
    await countTests([...node, script, ...flags, pattern], {
      timeoutMs: stageMinutes * 60_000,
      ...context,
      env: { ...context.env, CORDON_TEST_GRACE_MS: '10000' },
    });
};
