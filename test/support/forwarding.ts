import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** What an engine answered to one request. */
export interface EngineAnswer {
  /** Everything before the body; says that the body has this length, and that the connection ends after it. */
  head(bodyLength: number): Buffer;
  readonly body: Buffer;
  /** The connection itself, where the request took it over; what came first is the body. */
  readonly further?: Duplex;
}

/**
 * Sends a request on and its answer back as it comes, breaks and all. Events are told by a clock that is so far ahead.
 */
export function passOn(
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
  clockAheadMs: () => number,
): void {
  const isEvents = /^\/\S*\bevents\?/.test(request.url ?? '');
  const further = send(target, request, isEvents ? sinceBy(request.url ?? '', -clockAheadMs()) : request.url);
  further.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    response.flushHeaders();
    if (isEvents)
      answer.on('data', (chunk: Buffer) => response.write(timesBy(chunk.toString(), clockAheadMs())));
    else answer.pipe(response, { end: false });
    answer.on('end', () => response.end());
    answer.on('error', () => request.socket.destroy());
  });
  further.on('error', () => request.socket.destroy());
  response.on('close', () => further.destroy());
  request.pipe(further);
}

/** Gives a request that takes over its connection one to the engine. */
export function joinTo(target: string, request: IncomingMessage, near: Duplex, head: Buffer): void {
  const far = open(target, request, head);
  far.on('error', () => near.destroy());
  far.on('close', () => near.destroy());
  near.on('close', () => far.destroy());
  near.pipe(far).pipe(near);
}

/** Sends a request on and takes in the answer. */
export async function forward(
  target: string,
  request: IncomingMessage,
  head: Buffer | undefined,
): Promise<EngineAnswer> {
  if (head) {
    const far = open(target, request, head);
    request.socket.pipe(far);
    const body = await new Promise<Buffer>((resolve, reject) => {
      far.once('data', resolve);
      far.once('error', reject);
      far.once('close', () => {
        reject(new Error('the engine closed the connection'));
      });
    });
    far.pause();
    request.socket.unpipe(far);
    return { head: () => Buffer.alloc(0), body, further: far };
  }
  return await new Promise((resolve, reject) => {
    const further = send(target, request, request.url);
    further.on('error', reject);
    further.on('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('error', reject);
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        resolve({ head: (length) => headOf(answer, length), body: Buffer.concat(chunks) });
      });
    });
    // Whoever asked may be gone before all was said.
    request.once('close', () => {
      if (!request.complete) further.destroy(new Error('the request was cut off'));
    });
    request.pipe(further);
  });
}

function send(target: string, { method, headers }: IncomingMessage, url: string | undefined) {
  return ask({ socketPath: target, method, path: url, headers, agent: false });
}

/** The address of a stream of events that begins so much later. */
function sinceBy(url: string, ms: number): string {
  return url.replace(/(?<=[?&]since=)[\d.]+/, (since) => (Number(since) + ms / 1000).toFixed(3));
}

/** Events that happened so much later; the engine writes each of them at once. */
function timesBy(lines: string, ms: number): string {
  return lines.replace(/(?<="timeNano":)\d+/g, (nanos) => String(BigInt(nanos) + BigInt(ms) * 1_000_000n));
}

function open(target: string, request: IncomingMessage, head: Buffer): Socket {
  const far = connect({ path: target, allowHalfOpen: true });
  const { method, url, rawHeaders } = request;
  far.write(Buffer.concat([Buffer.from(`${method} ${url} HTTP/1.1\r\n${linesOf(rawHeaders)}\r\n`), head]));
  return far;
}

function headOf({ statusCode, statusMessage, rawHeaders }: IncomingMessage, length: number): Buffer {
  const first = `HTTP/1.1 ${statusCode} ${statusMessage}\r\n`;
  const own = linesOf(rawHeaders, /^(?:content-length|transfer-encoding|connection)$/i);
  const hasBody = statusCode !== 204 && statusCode !== 304;
  return Buffer.from(
    `${first}${own}${hasBody ? `content-length: ${length}\r\n` : ''}connection: close\r\n\r\n`,
  );
}

function linesOf(rawHeaders: readonly string[], except?: RegExp): string {
  let lines = '';
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (!except?.test(rawHeaders[at]!)) lines += `${rawHeaders[at]}: ${rawHeaders[at + 1]}\r\n`;
  return lines;
}
