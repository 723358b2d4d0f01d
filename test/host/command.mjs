import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Whether a program can be found on the PATH (system folders included, which a PATH of a plain user may lack). */
export function findProgram(name) {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin'].filter(Boolean);
  return folders
    .flatMap((folder) => suffixes.map((suffix) => path.join(folder, name + suffix)))
    .find((file) => fs.existsSync(file));
}

/** Runs a program to its end and returns what it printed; fails with its last lines when it fails. */
export async function run(program, args, { cwd, env, stdout = 'keep', timeoutMs = 600_000, signal } = {}) {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', stdout === 'keep' ? 'pipe' : stdout, 'pipe'],
    // npm is a .cmd there
    shell: process.platform === 'win32',
    signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
  });
  let printed = '';
  let complained = '';
  child.stdout?.on('data', (chunk) => (printed += chunk));
  child.stderr.on('data', (chunk) => (complained = (complained + chunk).slice(-20_000)));
  const what = `${path.basename(program)} ${args.join(' ')}`.slice(0, 200);
  return await new Promise((resolve, reject) => {
    child.on('error', (error) => {
      const why = error.name === 'AbortError' ? `did not end within ${timeoutMs / 1000} s` : error.message;
      reject(new Error(`${what}: ${why}`, { cause: error }));
    });
    child.on('close', (code, signalName) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`${what} ended with ${code ?? signalName}:\n${shorten(complained || printed)}`));
    });
  });
}

/** The beginning and the end of a long text: npm says first what is wrong, most others last. */
function shorten(text) {
  const lines = text.trimEnd().split('\n');
  return lines.length <= 30
    ? lines.join('\n')
    : [...lines.slice(0, 12), '...', ...lines.slice(-15)].join('\n');
}

/** The last lines of a text, for an error that a person reads. */
export function lastLines(text, count = 15) {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
