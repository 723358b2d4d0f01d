import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A socket in front of an engine's that holds back one kind of request. */
export interface GatedEngine {
  readonly socketPath: string;
  /** From now on requests that begin like this never reach the engine. */
  hold(request: RegExp): void;
  /** Settled when a request was held back. */
  readonly held: Promise<void>;
  letThrough(): void;
  close(): Promise<void>;
}

/** Stands between Cordon and the engine, so that a test can stop time in the middle of an operation. */
export async function startGatedEngine(target: string): Promise<GatedEngine> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cordon-gate-'));
  const socketPath = path.join(folder, 'docker.sock');
  const sockets = new Set<Socket>();
  const events = new EventEmitter();
  const held = once(events, 'held').then(() => undefined);
  let pattern: RegExp | undefined;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ path: target, allowHalfOpen: true });
    far.pipe(near);
    near.on('data', (chunk: Buffer) => {
      if (pattern?.test(chunk.toString('latin1'))) events.emit('held');
      else far.write(chunk);
    });
    near.on('end', () => far.end());
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  }).listen(socketPath);
  await once(server, 'listening');
  return {
    socketPath,
    hold: (request) => (pattern = request),
    held,
    letThrough: () => (pattern = undefined),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}
