import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ensurePrograms } from './aptPackages.mjs';
import { findProgram, lastLines } from './command.mjs';
import { waitForEngine } from './engineRequest.mjs';
import { defaultSocket, findEngine } from './findEngine.mjs';
import { cacheFolder, isRootOnLinux } from './paths.mjs';
import { stopProcess } from './stopProcess.mjs';

/**
 * Finds an engine that answers, or starts one where this process may (root on Debian or Ubuntu).
 * What it starts is stopped by `stop()`, and by `cleanup` if one is handed in.
 */
export async function ensureEngine({ cleanup } = {}) {
  let found = await findEngine();
  if (!found.socketPath) {
    await prepare(found.tried);
    // installing a package starts the engine on some systems
    found = await findEngine();
  }
  if (found.socketPath) {
    return { socketPath: found.socketPath, why: found.why, startedByUs: false, stop: async () => {} };
  }
  return await startEngine(cleanup);
}

async function prepare(tried) {
  const looked = tried.map(({ socketPath, why, reason }) => `  ${socketPath} (${why}): ${reason}`).join('\n');
  if (process.env.DOCKER_HOST) throw new Error(`DOCKER_HOST is set and no engine answers there:\n${looked}`);
  if (!isRootOnLinux || !findProgram('apt-get')) {
    throw new Error(`No container engine answers. Looked at:\n${looked}\n${advice(tried)}`);
  }
  await ensurePrograms({ dockerd: 'docker.io', iptables: 'iptables' }, { why: 'A container engine' });
}

function advice(tried) {
  if (tried.some(({ reason }) => reason === 'EACCES')) {
    return 'You may not use it yet. Run: sudo usermod -aG docker "$USER" && newgrp docker';
  }
  if (process.platform === 'darwin')
    return 'Start Docker Desktop: open -a Docker   (or Colima: colima start)';
  if (process.platform === 'win32') return 'Start Docker Desktop.';
  if (findProgram('dockerd')) return 'Start it with: sudo systemctl start docker';
  if (findProgram('apt-get'))
    return 'Install it with: sudo apt-get update && sudo apt-get install -y docker.io iptables';
  return 'Install Docker Engine: https://docs.docker.com/engine/install/';
}

async function startEngine(cleanup) {
  const logFile = path.join(cacheFolder, 'dockerd.log');
  fs.mkdirSync(cacheFolder, { recursive: true });
  const log = fs.openSync(logFile, 'w');
  console.log(`Starting a container engine (log: ${logFile}) ...`);
  // a session of its own: Ctrl+C in the terminal is for us, and we stop it when its containers are gone
  const daemon = spawn(findProgram('dockerd'), [], { detached: true, stdio: ['ignore', log, log] });
  fs.closeSync(log);
  let ended;
  daemon.on('error', (error) => (ended = error.message));
  daemon.on('exit', (code, signal) => (ended ??= `it ended with ${code ?? signal}`));
  const stop = async () => await stopProcess(daemon.pid, { graceMs: 30_000 });
  cleanup?.add('the container engine', stop);
  try {
    await waitForEngine(defaultSocket, { timeoutMs: 60_000, failure: () => ended, signal: cleanup?.closed });
  } catch (error) {
    await stop();
    const tail = lastLines(fs.readFileSync(logFile, 'utf8'));
    throw new Error(`The container engine did not start: ${error.message}\n${tail}`, { cause: error });
  }
  // it must not keep this process alive when all else is done
  daemon.unref();
  return { socketPath: defaultSocket, why: 'started for this run', startedByUs: true, pid: daemon.pid, stop };
}
