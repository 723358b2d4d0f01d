import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createRawServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Something that answers where an engine is expected. */
export interface FakeEngineServer {
  readonly endpoint: string;
  readonly socketPath: string;
  close(): Promise<void>;
}

/** An engine that answers over HTTP on a socket of its own. */
export function startFakeEngine(listener: RequestListener): Promise<FakeEngineServer> {
  return listen(createServer(listener));
}

/** An engine that writes whatever bytes a test wants. */
export function startRawEngine(listener: (socket: Socket) => void): Promise<FakeEngineServer> {
  return listen(createRawServer(listener));
}

async function listen(server: Server): Promise<FakeEngineServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cordon-fake-'));
  const socketPath = path.join(folder, 'engine.sock');
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    endpoint: `unix://${socketPath}`,
    socketPath,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}
