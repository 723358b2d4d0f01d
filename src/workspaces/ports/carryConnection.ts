import type { Socket } from 'node:net';
import type { ContainerProcess } from '../engineProcesses.ts';
import { breakOff } from './breakOff.ts';
import { refusedExitCode } from './relayPrograms.ts';

/** How long a relay may go on after the client has gone, and a client after everything was said. */
const graceMs = 2000;
/** How long a client may take none of what is left for it. */
const stalledMs = 30_000;
const toldEnd = /(?:^|\n)eof (\d{1,15})\n/;

/** How a connection ended: the relay reached nobody, or it carried something. */
export type ConnectionEnd = 'refused' | 'carried';

/**
 * Carries one connection between a client and a relay until both have ended, each direction by itself. A connection that
 * the relay could not make is closed; one that breaks in the middle is reset, so that nobody takes what came for everything.
 */
export async function carryConnection(
  socket: Socket,
  { process, kill }: { readonly process: ContainerProcess; kill: () => Promise<void> },
): Promise<ConnectionEnd> {
  let received = 0;
  let endsAt: number | undefined;
  let words = '';
  const endWhenComplete = () => {
    if (endsAt !== undefined && received >= endsAt) socket.end();
  };
  process.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('latin1')).slice(-256);
    const told = toldEnd.exec(words)?.[1];
    if (told === undefined) return;
    endsAt = Number(told);
    endWhenComplete();
  });
  process.stdout.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (!socket.writable) return;
    if (!socket.write(chunk)) process.stdout.pause();
    endWhenComplete();
  });
  socket.on('drain', () => process.stdout.resume());
  socket.on('error', () => undefined);
  process.stdin.on('error', () => undefined);
  socket.pipe(process.stdin);

  const closed = new Promise<void>((resolve) => {
    if (socket.destroyed) resolve();
    else
      socket.once('close', () => {
        resolve();
      });
  });
  const ended = process.exitCode.catch(() => undefined);
  const first = await Promise.race([ended.then(() => 'relay'), closed.then(() => 'client')]);
  if (first === 'client') {
    process.stdin.end();
    process.stdout.resume();
    if (!(await within(graceMs, ended))) await kill();
    if (!(await within(graceMs, ended))) process.close();
  }
  const exitCode = await ended;
  socket.unpipe(process.stdin);
  if (exitCode === 0 || (received === 0 && exitCode !== undefined)) {
    socket.end();
    socket.resume();
    await untilTaken(socket, closed);
  } else breakOff(socket);
  return received === 0 && (exitCode === refusedExitCode || exitCode === 1) ? 'refused' : 'carried';
}

/** A client may read slowly. One that takes nothing for long is broken off where it has not got everything. */
async function untilTaken(socket: Socket, closed: Promise<unknown>): Promise<void> {
  for (let left = Infinity; socket.writableLength > 0 && socket.writableLength < left;) {
    left = socket.writableLength;
    if (await within(stalledMs, closed)) return;
  }
  if (socket.writableLength > 0) breakOff(socket);
  else if (!(await within(graceMs, closed))) socket.destroy();
}

/** Whether it was done in time. */
async function within(ms: number, done: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, ms).unref();
  });
  const inTime = await Promise.race([done.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}
