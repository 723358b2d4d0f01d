import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A socket in front of another that can be cut and mended, as a cable can, and that can hold one request back. */
export interface SocketProxy {
  readonly socketPath: string;
  /** Breaks every connection and refuses new ones. */
  cut(): void;
  /** Lets nothing more through, without a word: what a hung engine looks like. */
  freeze(): void;
  /** The opposite of both. */
  mend(): void;
  /**
   * Stops time at the next request that begins like this, for good: the request never arrives, or it is done and
   * nobody hears of it. Settled when that has happened; whatever comes later is let through.
   */
  holdNext(request: RegExp, what: 'request' | 'answer'): Promise<void>;
  close(): Promise<void>;
}

/** What `holdNext` waits for. */
interface Hold {
  readonly request: RegExp;
  readonly what: 'request' | 'answer';
  readonly done: () => void;
}

/** Stands between a client and the socket at `target`. */
export async function startSocketProxy(target: string): Promise<SocketProxy> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cordon-proxy-'));
  const socketPath = path.join(folder, 'proxy.sock');
  const sockets = new Set<Socket>();
  let isCut = false;
  let isFrozen = false;
  let hold: Hold | undefined;

  const join = (near: Socket, far: Socket) => {
    far.pipe(near);
    near.on('end', () => far.end());
    near.on('data', (chunk: Buffer) => {
      if (isFrozen) return;
      const held = hold?.request.test(chunk.toString('latin1')) ? hold : undefined;
      if (!held) {
        far.write(chunk);
        return;
      }
      hold = undefined;
      if (held.what === 'request') {
        held.done();
        return;
      }
      far.unpipe(near);
      far.once('data', held.done).resume();
      far.write(chunk);
    });
  };

  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    if (isFrozen) {
      sockets.add(near);
      return;
    }
    const far = connect({ path: target, allowHalfOpen: true });
    join(near, far);
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
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    socketPath,
    cut,
    freeze: () => {
      isFrozen = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    mend: () => {
      isCut = false;
      isFrozen = false;
    },
    holdNext: (request, what) =>
      new Promise((resolve) => {
        hold = { request, what, done: resolve };
      }),
    close: async () => {
      cut();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}
