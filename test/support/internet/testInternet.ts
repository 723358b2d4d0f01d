import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PrivateEngine } from '../../host/privateEngine.mjs';

const run = promisify(execFile);

/** Where names are asked for; a private engine wants to know it when it starts. */
export const internetNameServer = '9.9.9.53';
/** Addresses of servers; every one of them answers at every port, as do all others of the engine's own network. */
export const internetAddresses = ['11.22.33.44', '11.22.33.55', '2a00:1234::5'] as const;
/** Addresses at which a server answers that no proxy may reach. */
export const privateAddresses = [
  '10.99.99.99',
  '169.254.169.254',
  '100.100.100.200',
  '192.168.77.7',
] as const;
export const plainPorts = [22, 80, 8080] as const;
export const tlsPorts = [443, 8443] as const;

/** A request as it came to a server. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Of the server. */
  readonly address: string;
  readonly port: number;
  /** What a client with TLS asked for, empty without. */
  readonly serverName: string;
}

/** What is answered for a name: one list of addresses after the other, the last one from then on. */
export interface KnownName {
  readonly answers?: readonly (readonly string[])[];
  readonly ttl?: number;
  readonly rcode?: 'NOERROR' | 'SERVFAIL' | 'NXDOMAIN';
}

/** What came of asking as fast as possible. */
export interface FloodOutcome {
  readonly statuses: Readonly<Record<string, number>>;
  readonly perSecond: number;
  readonly medianMs: number;
}

/** Servers, names and a client in the network namespace of a private engine, which stand for the internet. */
export interface TestInternet {
  /** The certificate of all servers with TLS, for `*.example.test` and `example.test`. */
  readonly certificateFile: string;
  /** Teaches the server for names; others are unknown. */
  know(names: Readonly<Record<string, KnownName>>): Promise<void>;
  /** What servers have at these names, by paths; nothing else is there. Other names answer whatever they are asked. */
  serve(files: Readonly<Record<string, ReadonlyMap<string, Buffer>>>): Promise<void>;
  /** What servers received since the last time. */
  received(): Promise<readonly ReceivedRequest[]>;
  /** What was looked up since the last time, such as `A a.example.test`. */
  asked(): Promise<readonly string[]>;
  /** Says things to a server, each after what came back has ended, and returns everything that came. */
  exchange(to: { host: string; port: number }, ...parts: string[]): Promise<string>;
  /** Asks with TLS through a tunnel to one name under the name of another one. */
  throughTunnel(proxy: { host: string; port: number }, to: string, serverName: string): Promise<string>;
  /** Says something to a server, and tells whether the connection is open after some time. */
  hold(to: { host: string; port: number }, text: string, forMs: number): Promise<'open' | 'closed'>;
  flood(options: {
    host: string;
    port: number;
    url: string;
    connections: number;
    seconds: number;
  }): Promise<FloodOutcome>;
  dispose(): Promise<void>;
}

/** Starts it in the network of an engine that was started with `internetNameServer`. */
export async function startTestInternet(engine: PrivateEngine): Promise<TestInternet> {
  const inside = ['-t', String(engine.pid), '-n'];
  const addresses = [internetNameServer, ...internetAddresses, ...privateAddresses];
  // its loopback goes with the namespace
  for (const address of addresses)
    await run('nsenter', [...inside, 'ip', 'address', 'add', address, 'dev', 'lo']);
  const folder = await mkdtemp(join(tmpdir(), 'cordon-internet-'));
  const [keyFile, certificateFile] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  await makeCertificate(keyFile, certificateFile);

  const program = join(import.meta.dirname, 'program.mjs');
  const options = { nameServer: internetNameServer, plainPorts, tlsPorts, keyFile, certificateFile };
  const child = spawn('nsenter', [...inside, process.execPath, program, JSON.stringify(options)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const waiting = new Map<number, (answer: { result?: unknown; error?: string }) => void>();
  child.on('message', (message: { id: number; result?: unknown; error?: string }) =>
    waiting.get(message.id)?.(message),
  );
  await Promise.race([
    once(child, 'message'),
    ended.then(() => Promise.reject(new Error('the test internet did not start'))),
  ]);
  let lastId = 0;
  const ask = async (command: string, value?: unknown): Promise<unknown> => {
    const id = ++lastId;
    const answer = new Promise<{ result?: unknown; error?: string }>((resolve) => waiting.set(id, resolve));
    child.send({ id, command, value });
    const { result, error } = await answer;
    waiting.delete(id);
    if (error !== undefined) throw new Error(error);
    return result;
  };
  return {
    certificateFile,
    know: async (names) => {
      await ask('names', names);
    },
    serve: async (files) => {
      const served = Object.entries(files).map(([name, paths]) => [
        name,
        Object.fromEntries([...paths].map(([path, content]) => [path, content.toString('base64')])),
      ]);
      await ask('serve', Object.fromEntries(served));
    },
    received: async () => (await ask('received')) as readonly ReceivedRequest[],
    asked: async () => (await ask('asked')) as readonly string[],
    exchange: async (to, ...parts) => (await ask('exchange', { ...to, parts, quietMs: 300 })) as string,
    throughTunnel: async (proxy, to, serverName) =>
      (await ask('throughTunnel', { ...proxy, to, serverName })) as string,
    hold: async (to, text, forMs) => (await ask('hold', { ...to, text, forMs })) as 'open' | 'closed',
    flood: async (flood) => (await ask('flood', flood)) as FloodOutcome,
    dispose: async () => {
      if (child.connected) child.disconnect();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

async function makeCertificate(keyFile: string, certificateFile: string) {
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=example.test', '-addext', 'subjectAltName=DNS:example.test,DNS:*.example.test'],
    ...['-keyout', keyFile, '-out', certificateFile],
  ]);
}
