import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { serverFolder } from './install-vscode.mjs';

const root = path.join(serverFolder, 'vscode');
const main = path.join(root, 'out/server-main.js');

function findServer() {
  if (!fs.existsSync(path.join(serverFolder, 'ok'))) {
    throw new Error(`There is no VS Code server in ${serverFolder}. Run: npm test`);
  }
  return path.join(serverFolder, 'node');
}

// ends with us even if we are killed: the standard input of the shell closes then, and its process group with it
const GUARD = 'exec 3<&0; "$@" </dev/null 3<&- & p=$!; (cat <&3 >/dev/null; kill -9 0) & wait $p';

/** Runs the server's command line (`--install-extension x.vsix`, `--list-extensions`, ...) and returns its exit code. */
export async function serverCli(args, { userDataDir, extensionsDir, env = process.env } = {}) {
  const all = [main, '--accept-server-license-terms', ...args];
  if (userDataDir) all.push('--user-data-dir', userDataDir);
  if (extensionsDir) all.push('--extensions-dir', extensionsDir);
  const child = spawn(findServer(), all, { env, stdio: 'inherit' });
  return await new Promise((resolve, reject) => {
    child.on('error', reject).on('exit', (code) => resolve(code ?? 1));
  });
}

/**
 * Starts a VS Code server that listens on this machine only and asks for a secret. Its log is kept in `log`;
 * `onExtensionHostLost` is told when an extension host ends by itself.
 */
export async function startServer({
  userDataDir,
  extensionsDir,
  env,
  args,
  trust,
  onOutput,
  onExtensionHostLost,
}) {
  const token = randomBytes(24).toString('hex');
  // in a file, for other users of this machine can read a command line
  const tokenFile = path.join(userDataDir, 'connection-token');
  fs.mkdirSync(userDataDir, { recursive: true });
  fs.writeFileSync(tokenFile, token, { mode: 0o600 });
  const all = [
    ...[main, '--host', '127.0.0.1', '--port', '0', '--connection-token-file', tokenFile],
    ...['--accept-server-license-terms', '--user-data-dir', userDataDir, '--extensions-dir', extensionsDir],
    ...['--enable-smoke-test-driver', '--telemetry-level', 'off', '--disable-update-check'],
    ...['--force-disable-user-env', ...(trust ? [] : ['--disable-workspace-trust']), ...(args ?? [])],
  ];
  const child = spawn('/bin/sh', ['-c', GUARD, 'sh', findServer(), ...all], {
    cwd: root,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...(env ?? process.env) },
  });
  const log = [];
  const kill = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // it is gone
    }
  };
  const killAtExit = () => kill('SIGKILL');
  process.on('exit', killAtExit);
  const ended = new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(`it ended with ${code ?? signal}`));
  });
  const port = await new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`The VS Code server did not start: ${why}\n${log.join('')}`));
    const timer = setTimeout(() => fail('nothing after 30 s'), 30_000);
    const read = (chunk) => {
      const text = String(chunk);
      log.push(text);
      onOutput?.(text);
      const listening = /Extension host agent listening on (\d+)/.exec(text);
      if (listening) resolve(Number(listening[1]));
      const lost = /Extension Host Process exited with code: (\S+), signal: (\w+)/.exec(text);
      if (lost) onExtensionHostLost?.({ code: lost[1], signal: lost[2] });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    ended.then((why) => {
      clearTimeout(timer);
      fail(why);
    });
  }).catch((error) => {
    killAtExit();
    throw error;
  });
  return {
    port,
    token,
    log,
    pid: child.pid,
    ended,
    /** How many extension hosts run now, as far as the log tells. */
    extensionHosts() {
      const count = (text) => log.join('').split(text).length - 1;
      return count('Launched Extension Host Process') - count('Extension Host Process exited');
    },
    async close() {
      kill('SIGTERM');
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 3_000).unref())]);
      kill('SIGKILL');
      await ended;
      process.off('exit', killAtExit);
    },
  };
}
