import { readFile } from 'node:fs/promises';
import { Agent, type AgentOptions } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { inspect } from 'node:util';
import Docker from 'dockerode';
import type { Disposable } from '../shared/disposable.ts';
import { CordonError } from '../shared/errors.ts';
import type { TlsFiles } from './dockerContext.ts';
import { EngineApi } from './engineApi.ts';
import type { EngineCandidate } from './engineCandidates.ts';
import type { EngineEndpoint } from './engineEndpoint.ts';
import { SshAgent } from './sshAgent.ts';

/** Connections to one engine: `api()` speaks its newest version of the API, or the given one. */
export interface EngineClient extends Disposable {
  api(apiVersion?: string): EngineApi;
}

const agentOptions: AgentOptions = { keepAlive: true, maxFreeSockets: 8, timeout: 60_000 };

/** Makes the connections that a candidate describes; the first call shows whether they work. */
export async function openClient({ target, tls }: EngineCandidate): Promise<EngineClient> {
  if ('problem' in target) throw new CordonError('engineUnavailable', target.problem);
  const files = target.kind === 'tcp' && tls ? await readTls(tls) : undefined;
  const { agent, options } = transport(target, files);
  // The modem prints the agent with all that it holds into a text for every call, only to throw it away: 20 ms and more.
  Object.assign(agent, { [inspect.custom]: () => 'agent' });
  return {
    api: (apiVersion) => {
      const version = apiVersion === undefined ? undefined : `v${apiVersion}`;
      // The types of dockerode do not allow what it has to be told: that a field is empty.
      const all = { ...options, agent, version } as unknown as Docker.DockerOptions;
      return new EngineApi(withoutDockerHost(() => new Docker(all)));
    },
    dispose: () => {
      agent.destroy();
    },
  };
}

/** Every field is given, for dockerode fills what is missing from the environment. */
function transport(target: EngineEndpoint, tls: Awaited<ReturnType<typeof readTls>> | undefined) {
  const none = {
    host: undefined,
    port: undefined,
    socketPath: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
  };
  switch (target.kind) {
    case 'socket':
      return {
        agent: new Agent(agentOptions),
        options: { ...none, protocol: 'http', socketPath: target.path },
      };
    case 'ssh':
      return {
        agent: new SshAgent(target.host, target.port),
        options: { ...none, protocol: 'http', host: 'http://engine', port: 80 },
      };
    case 'tcp': {
      const protocol = target.isTls || tls ? 'https' : 'http';
      const agent =
        protocol === 'https' ? new TlsAgent({ ...agentOptions, ...tls }) : new Agent(agentOptions);
      return {
        agent,
        options: { ...none, protocol, host: `${protocol}://${target.host}`, port: target.port },
      };
    }
  }
}

async function readTls({ ca, cert, key, isVerified }: TlsFiles) {
  const [caText, certText, keyText] = await Promise.all([ca, cert, key].map((path) => readIfThere(path)));
  return { ca: caText, cert: certText, key: keyText, rejectUnauthorized: isVerified };
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(() => undefined);
}

/** The modem reads DOCKER_HOST whatever it is given, and throws when that holds nonsense. */
function withoutDockerHost<T>(make: () => T): T {
  const host = process.env['DOCKER_HOST'];
  delete process.env['DOCKER_HOST'];
  try {
    return make();
  } finally {
    if (host !== undefined) process.env['DOCKER_HOST'] = host;
  }
}
