import type { Socket } from 'node:net';

/**
 * Resets a connection, so that whoever is at its other end takes what came for a part. `resetAndDestroy` would end it in
 * an orderly way first, which is all that a quick reader sees; Node's own mark keeps it from that.
 */
export function breakOff(socket: Socket): void {
  Object.assign(socket, { resetAndClosing: true });
  socket.destroy();
}
