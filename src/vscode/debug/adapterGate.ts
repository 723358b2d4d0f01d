import { connect, type AddressInfo, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { frame, MessageFrames } from '../../languageServers/frames.ts';
import { Allowance } from '../../shared/allowance.ts';
import type { Disposable } from '../../shared/disposable.ts';
import { localAddress } from '../../workspaces/ports/localAddress.ts';
import { listenLocally } from '../../workspaces/ports/portListener.ts';
import { passAdapterMessage, type AdapterPlace } from './adapterMessages.ts';

/** An adapter sends so many messages and bytes at once, and so many in each second; above that it has to wait. */
const messages = { burst: 3000, perSecond: 500 } as const;
const bytes = { burst: 16 * 1024 * 1024, perSecond: 2 * 1024 * 1024 } as const;

/** A port on this machine that leads to a debug adapter in a container, through a gate. */
export interface AdapterGate extends Disposable {
  readonly port: number;
}

/**
 * Opens a gate before a port of this machine: what is said to the adapter passes as it is, what it says is looked at. The
 * first request that is refused is told.
 */
export async function openAdapterGate(
  port: number,
  place: AdapterPlace,
  onRefused: () => void,
): Promise<AdapterGate> {
  const sockets = new Set<Socket>();
  let isTold = false;
  const tellOnce = () => {
    if (!isTold) onRefused();
    isTold = true;
  };
  const server = await listenLocally({ usual: 0 }, (client) => {
    const adapter = connect(port, localAddress);
    for (const socket of [client, adapter]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
    // one that is broken off ends the other with it, and the debugging that used them
    void pipeline(client, adapter).catch(() => undefined);
    void pipeline(adapter, gate(place, tellOnce), client).catch(() => undefined);
  });
  return {
    port: (server.address() as AddressInfo).port,
    dispose() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function gate(place: AdapterPlace, onRefused: () => void): Transform {
  const frames = new MessageFrames();
  const messageAllowance = new Allowance(messages.burst, messages.perSecond);
  const byteAllowance = new Allowance(bytes.burst, bytes.perSecond);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let waitMs = byteAllowance.take(chunk.length);
      try {
        for (const content of frames.read(chunk)) {
          waitMs = Math.max(waitMs, messageAllowance.take(1));
          const passed = passAdapterMessage(content, place);
          if (passed === 'refused') onRefused();
          else if (passed !== 'nothing') this.push(frame(passed));
        }
        if (waitMs > 0) setTimeout(done, waitMs).unref();
        else done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
}
