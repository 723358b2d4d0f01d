// What stands for the internet in the network namespace that this runs in: servers on all of its addresses, one that
// knows names, and a client that says what it is told to. Commands come and answers go by messages of the parent.
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import tlsClient from 'node:tls';
import { startNameServer } from './nameServer.mjs';
import { flood } from './flood.mjs';

const { nameServer, plainPorts, tlsPorts, keyFile, certificateFile } = JSON.parse(process.argv[2]);
const received = [];
/** What is served at a name, by paths, in Base64. */
let files = {};
const names = await startNameServer(nameServer);

function answer(request, response) {
  const { socket, method, url, headers } = request;
  let body = '';
  request.on('data', (chunk) => (body += chunk.toString('latin1')));
  request.on('end', () => {
    const { localAddress, localPort, servername = '' } = socket;
    received.push({
      method,
      url,
      headers,
      body,
      address: localAddress.replace(/^::ffff:/, ''),
      port: localPort,
      serverName: servername,
    });
    const file = files[headers.host]?.[new URL(url, 'http://any').pathname];
    if (file !== undefined) {
      response.setHeader('content-type', url.endsWith('/') ? 'text/html' : 'application/octet-stream');
      response.end(Buffer.from(file, 'base64'));
      return;
    }
    if (files[headers.host]) {
      response.writeHead(404).end();
      return;
    }
    const bytes = /^(?:http:\/\/[^/]*)?\/bytes\/(\d{1,10})$/.exec(url)?.[1];
    if (bytes === undefined) response.end(`hello from ${headers.host} at ${localAddress}:${localPort}\n`);
    else sendBytes(response, Number(bytes));
  });
}

async function sendBytes(response, size) {
  response.writeHead(200, { 'content-length': size });
  // whoever asked may go away in the middle
  await pipeline(Readable.from(blocks(size)), response).catch(() => undefined);
}

function* blocks(size) {
  const block = Buffer.alloc(65_536, 'x');
  for (let left = size; left > 0; left -= block.length)
    yield left < block.length ? block.subarray(0, left) : block;
}

const tls = { key: fs.readFileSync(keyFile), cert: fs.readFileSync(certificateFile) };
const servers = [
  ...plainPorts.map((port) => ({ port, server: http.createServer({ insecureHTTPParser: true }, answer) })),
  ...tlsPorts.map((port) => ({ port, server: https.createServer(tls, answer) })),
];
for (const { port, server } of servers) {
  server.on('clientError', (_, socket) => socket.destroy());
  server.listen(port, '::');
  await once(server, 'listening');
}

/** Says something to a server and returns all that comes back until it ends, or for some time. */
async function exchange({ host, port, parts, quietMs }) {
  const socket = net.connect({ host, port });
  const chunks = [];
  socket.on('data', (chunk) => chunks.push(chunk)).on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', () => resolve('closed')));
  for (const part of parts) {
    socket.write(Buffer.from(part, 'latin1'));
    for (let length = -1; length !== chunks.length;) {
      length = chunks.length;
      const first = await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, quietMs))]);
      if (first === 'closed') break;
    }
  }
  socket.destroy();
  return Buffer.concat(chunks).toString('latin1');
}

/** Asks a server with TLS through a tunnel of a proxy, under a server name of its own. */
async function throughTunnel({ host, port, to, serverName }) {
  const socket = net.connect({ host, port });
  await once(socket, 'connect');
  socket.write(`CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n\r\n`);
  const [said] = await once(socket, 'data');
  if (!said.toString('latin1').startsWith('HTTP/1.1 200')) return said.toString('latin1');
  const secure = tlsClient.connect({ socket, servername: serverName, rejectUnauthorized: false });
  secure.write(`GET / HTTP/1.1\r\nHost: ${serverName}\r\nConnection: close\r\n\r\n`);
  let answered = '';
  secure.on('data', (chunk) => (answered += chunk.toString('latin1')));
  await once(secure, 'close');
  return answered;
}

/** Opens a connection, says something, and tells after a while whether it was still open. */
async function hold({ host, port, text, forMs }) {
  const socket = net.connect({ host, port });
  socket.on('error', () => undefined).resume();
  socket.write(text);
  const closed = new Promise((resolve) => socket.once('close', () => resolve('closed')));
  const end = await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, forMs, 'open'))]);
  socket.destroy();
  return end;
}

const commands = {
  hold,
  exchange,
  throughTunnel,
  flood,
  received: () => received.splice(0),
  asked: () => names.asked.splice(0),
  serve: (served) => {
    files = served;
  },
  names: (known) => {
    names.tell(known);
  },
};

process.on('message', async ({ id, command, value }) => {
  try {
    process.send({ id, result: await commands[command](value) });
  } catch (error) {
    process.send({ id, error: String(error) });
  }
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
