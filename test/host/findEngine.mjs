import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pingEngine } from './engineRequest.mjs';

/** The socket that an engine uses when nobody says anything. */
export const defaultSocket = process.platform === 'win32' ? '//./pipe/docker_engine' : '/var/run/docker.sock';

/** Looks for an engine that answers: `{ socketPath, why }`, or `{ tried }` with the reason of every refusal. */
export async function findEngine() {
  const tried = [];
  for (const { socketPath, why } of candidates()) {
    const answer = await pingEngine(socketPath);
    if (answer.ok) return { socketPath, why, tried };
    tried.push({ socketPath, why, reason: answer.reason });
  }
  return { tried };
}

function candidates() {
  const home = os.homedir();
  const runtime = process.env.XDG_RUNTIME_DIR;
  const host = process.env.DOCKER_HOST;
  if (host) return [{ socketPath: socketOf(host, 'DOCKER_HOST'), why: 'DOCKER_HOST' }];
  const context = currentContext(path.join(process.env.DOCKER_CONFIG ?? path.join(home, '.docker')));
  return [
    ...(context ? [context] : []),
    { socketPath: defaultSocket, why: 'the default socket' },
    ...(runtime ? [{ socketPath: path.join(runtime, 'docker.sock'), why: 'rootless Docker' }] : []),
    { socketPath: path.join(home, '.docker/run/docker.sock'), why: 'Docker Desktop' },
    { socketPath: path.join(home, '.docker/desktop/docker.sock'), why: 'Docker Desktop' },
    { socketPath: path.join(home, '.colima/default/docker.sock'), why: 'Colima' },
    { socketPath: path.join(home, '.rd/docker.sock'), why: 'Rancher Desktop' },
  ];
}

function currentContext(folder) {
  const name = process.env.DOCKER_CONTEXT ?? readJson(path.join(folder, 'config.json'))?.currentContext;
  if (!name || name === 'default') return undefined;
  const id = createHash('sha256').update(name).digest('hex');
  const endpoint = readJson(path.join(folder, 'contexts/meta', id, 'meta.json'))?.Endpoints?.docker?.Host;
  if (!endpoint) return undefined;
  return { socketPath: socketOf(endpoint, `the Docker context ${name}`), why: `the Docker context ${name}` };
}

function socketOf(endpoint, source) {
  const socket = /^(?:unix|npipe):\/\/(.+)$/.exec(endpoint)?.[1];
  if (socket) return socket;
  throw new Error(
    `${source} names ${endpoint}; the tests mount folders, so they need an engine on this machine.`,
  );
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
