import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Runs a call that sends `body`, which is the archive, and breaks the call off when the archive fails: then that failure is
 * the call's. Without it the engine would wait for the rest for ever. When the call is over, nothing stays open.
 */
export async function whileSent<T>(
  archive: Readable,
  signal: AbortSignal | undefined,
  call: (body: Readable, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const sending = new AbortController();
  // An archive's own stream may take the end of the connection for a failure of itself: this one stands between them.
  const body = new PassThrough();
  let failure: Error | undefined;
  const fail = (error: Error) => {
    failure ??= error;
    sending.abort();
  };
  // Before the connection hears of it, and also when nobody listens any more.
  body.on('error', fail);
  archive.on('error', () => undefined);
  // A pipeline waits for ever for some that have been destroyed before.
  if (archive.destroyed) fail(archive.errored ?? new Error('The archive was closed before it was sent.'));
  else pipeline(archive, body).catch(fail);
  try {
    const answer = await call(body, signal ? AbortSignal.any([signal, sending.signal]) : sending.signal);
    if (failure) throw failure;
    return answer;
  } catch (error) {
    // An archive that fails because somebody cancels is no failure of its own.
    throw signal?.aborted ? error : (failure ?? error);
  } finally {
    // An answer that came before all was sent leaves a request that would never end.
    if (!body.readableEnded) sending.abort();
    archive.destroy();
    body.destroy();
  }
}
