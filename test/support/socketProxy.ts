import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A socket in front of another that can be cut and mended, as a cable can. */
export interface SocketProxy {
  readonly socketPath: string;
  /** Breaks every connection and refuses new ones. */
  cut(): void;
  /** Lets nothing more through, without a word: what a hung engine looks like. */
  freeze(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Stands between a client and the socket at `target`. */
export async function startSocketProxy(target: string): Promise<SocketProxy> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cordon-proxy-'));
  const socketPath = path.join(folder, 'proxy.sock');
  const sockets = new Set<Socket>();
  let isCut = false;
  let isFrozen = false;
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
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
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
    close: async () => {
      cut();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}
