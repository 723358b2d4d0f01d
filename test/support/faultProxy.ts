import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { forward, joinTo, passOn, type EngineAnswer } from './forwarding.ts';
import { nameOfRequest } from './requestName.ts';

/** One request on its way, and what may become of it. */
export interface Meeting {
  /** Lets the engine do it, to the end; nobody has heard of that yet. Rejects when the engine is gone. */
  forward(): Promise<EngineAnswer>;
  /** Tells who asked, in so many pieces with a pause after each. */
  tell(answer: EngineAnswer, pieces?: number, pauseMs?: number): Promise<void>;
  /** Tells the first half: then the connection breaks, or the answer ends there as if that were all of it. */
  tellHalf(answer: EngineAnswer, end: 'break' | 'as if whole'): void;
  /** The connection breaks without a word. */
  breakOff(): void;
}

/** Stands between a client and an engine, knows every request by name, and lets something befall one of them. */
export interface FaultProxy {
  readonly socketPath: string;
  /** Names of the requests since the last `forget`, such as `POST containers/{id}/start 1`: the last part counts. */
  readonly seen: readonly string[];
  forget(): void;
  /** Does this at the next request of that name, counted from now on. Settles when it was done. */
  meet(name: string, strike: (meeting: Meeting) => Promise<void>): Promise<void>;
  /** Forgets what was to be done at a request that never came. */
  letPass(): void;
  /** Takes the socket away, with every connection. */
  unplug(): Promise<void>;
  plug(): Promise<void>;
  /** How far the clock is ahead by which the engine tells of events. */
  clockAheadMs: number;
  close(): Promise<void>;
}

interface Ambush {
  readonly name: string;
  readonly strike: (meeting: Meeting) => Promise<void>;
  readonly done: () => void;
  readonly failed: (reason: unknown) => void;
}

/** Listens in front of the engine at `target`. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cordon-faults-'));
  const socketPath = path.join(folder, 'engine.sock');
  const sockets = new Set<Socket>();
  const counts = new Map<string, number>();
  let seen: string[] = [];
  let ambush: Ambush | undefined;

  /** Whether somebody lies in wait for it, who then has it. */
  const isCaught = (request: IncomingMessage, near: Duplex, head?: Buffer): boolean => {
    const name = nameOfRequest(request);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    seen.push(`${name} ${count}`);
    if (ambush?.name !== `${name} ${count}`) return false;
    const { strike, done, failed } = ambush;
    ambush = undefined;
    strike(meetingOf(target, request, near, head)).then(done, failed);
    return true;
  };
  // An engine does not end what waits for the next request either.
  const server = createServer(
    { keepAliveTimeout: 0, requestTimeout: 0 },
    (request, response: ServerResponse) => {
      if (!isCaught(request, request.socket)) passOn(target, request, response, () => proxy.clockAheadMs);
    },
  );
  server.on('upgrade', (request, near, head) => {
    if (!isCaught(request, near, head)) joinTo(target, request, near, head);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('clientError', (_, socket) => socket.destroy());

  const plug = async () => {
    await once(server.listen(socketPath), 'listening');
  };
  const unplug = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const forget = () => {
    counts.clear();
    seen = [];
  };
  await plug();
  const proxy: FaultProxy = {
    socketPath,
    clockAheadMs: 0,
    get seen() {
      return seen;
    },
    forget,
    meet: (name, strike) =>
      new Promise((done, failed) => {
        forget();
        ambush = { name, strike, done, failed };
      }),
    letPass: () => {
      ambush = undefined;
    },
    unplug,
    plug,
    close: async () => {
      if (server.listening) await unplug();
      await rm(folder, { recursive: true });
    },
  };
  return proxy;
}

function meetingOf(target: string, request: IncomingMessage, near: Duplex, head?: Buffer): Meeting {
  return {
    forward: () => forward(target, request, head),
    tell: async (answer, pieces = 1, pauseMs = 0) => {
      const bytes = Buffer.concat([answer.head(answer.body.length), answer.body]);
      const length = Math.max(1, Math.ceil(bytes.length / pieces));
      for (let from = 0; from < bytes.length; from += length) {
        if (near.destroyed) return;
        near.write(bytes.subarray(from, from + length));
        if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
      if (answer.further) near.pipe(answer.further).pipe(near);
      else near.end();
    },
    tellHalf: (answer, end) => {
      answer.further?.destroy();
      const half = answer.body.subarray(0, answer.body.length / 2);
      const { length } = end === 'break' ? answer.body : half;
      const bytes = Buffer.concat([answer.head(length), half]);
      const told = answer.body.length > 0 ? bytes : bytes.subarray(0, bytes.length / 2);
      near.end(told, () => near.destroy());
    },
    breakOff: () => near.destroy(),
  };
}
