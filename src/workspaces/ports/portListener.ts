import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import * as l10n from '@vscode/l10n';
import { CordonError } from '../../shared/errors.ts';
import { localAddress } from './localAddress.ts';

/** Connections at once of one forwarded port; more are closed at once. */
const mostConnections = 512;

/**
 * Listens on this machine's loopback. Without a wanted port it takes `usual` where that is free, and any other where it is
 * not. Rejects with `portInUse`, or with `invalidRequest` where the person may not listen on the wanted port.
 */
export async function listenLocally(
  ports: { readonly usual: number; readonly wanted?: number | undefined },
  onConnection: (socket: Socket) => void,
): Promise<Server> {
  try {
    return await listen(ports.wanted ?? ports.usual, onConnection);
  } catch (error) {
    if (ports.wanted === undefined) return await listen(0, onConnection);
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      ? new CordonError(
          'portInUse',
          l10n.t('Port {0} of this machine is in use already. Choose another one.', ports.wanted),
          error,
        )
      : new CordonError(
          'invalidRequest',
          l10n.t('You may not listen on port {0} of this machine. Choose another one.', ports.wanted),
          error,
        );
  }
}

async function listen(port: number, onConnection: (socket: Socket) => void): Promise<Server> {
  // Nothing is read before there is something that takes it.
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, onConnection);
  server.maxConnections = mostConnections;
  server.listen(port, localAddress);
  await once(server, 'listening');
  server.on('error', () => undefined);
  return server;
}
