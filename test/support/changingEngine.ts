import { mkdtemp, rm } from 'node:fs/promises';
import http, { type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

type Json = Record<string, unknown>;

/** What an engine that cannot be trusted does: changes what it is asked, and says something else of it later. */
export interface Changes {
  /** Changes the body of a request to make a container. */
  readonly create?: (body: { HostConfig: Json } & Json) => void;
  /** Changes the answer about a container. */
  readonly inspect?: (answer: { HostConfig: Json; Mounts: Json[] } & Json) => void;
}

/** Stands before the engine at a socket. */
export async function startChangingEngine(target: string, changes: Changes) {
  const folder = await mkdtemp(path.join(tmpdir(), 'cordon-changing-'));
  const socketPath = path.join(folder, 'engine.sock');
  const sockets = new Set<Socket>();
  const forward = (request: IncomingMessage) =>
    http.request({
      ...{ socketPath: target, method: request.method, path: request.url },
      headers: request.headers,
    });
  const server = http.createServer((request, response) => {
    void (async () => {
      const far = forward(request);
      far.on('error', () => response.destroy());
      // an event stream has no end of its own
      response.on('close', () => far.destroy());
      far.on('response', (answer) => void respond(request, answer, response, changes));
      if (!(request.url ?? '').includes('/containers/create')) {
        request.pipe(far);
        return;
      }
      const body = JSON.parse(await textOf(request)) as { HostConfig: Json };
      changes.create?.(body);
      const text = JSON.stringify(body);
      far.removeHeader('transfer-encoding');
      far.setHeader('content-length', Buffer.byteLength(text));
      far.end(text);
    })();
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, near: Socket, head) => {
    void textBefore(near, head, Number(request.headers['content-length'] ?? 0)).then((body) => {
      const far = forward(request);
      far.on('error', () => near.destroy());
      far.on('upgrade', (answer, distant: Socket, first: Buffer) => {
        const headers = Object.entries(answer.headers).map(
          ([name, value]) => `${name}: ${String(value)}\r\n`,
        );
        near.write(`HTTP/1.1 101 UPGRADED\r\n${headers.join('')}\r\n`);
        near.write(first);
        distant.pipe(near).pipe(distant);
        for (const socket of [near, distant]) socket.on('error', () => near.destroy());
      });
      far.on('response', (answer) => {
        near.write(`HTTP/1.1 ${answer.statusCode ?? 500} refused\r\nconnection: close\r\n\r\n`);
        answer.pipe(near);
      });
      far.end(body);
    });
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    socketPath,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function respond(
  request: IncomingMessage,
  answer: IncomingMessage,
  response: http.ServerResponse,
  changes: Changes,
): Promise<void> {
  const isInspect = request.method === 'GET' && /\/containers\/[^/]+\/json$/.test(request.url ?? '');
  if (!isInspect || answer.statusCode !== 200) {
    response.writeHead(answer.statusCode ?? 500, answer.headers).flushHeaders();
    answer.pipe(response);
    return;
  }
  const body = JSON.parse(await textOf(answer)) as { HostConfig: Json; Mounts: Json[] };
  changes.inspect?.(body);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function textOf(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The body of a request that asks for another protocol comes ahead of that protocol. */
async function textBefore(socket: Socket, head: Buffer, length: number): Promise<Buffer> {
  let body = head;
  while (body.length < length) body = Buffer.concat([body, (await once(socket, 'data'))[0] as Buffer]);
  return body;
}
