import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs/promises';
import http from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { engineJson } from '../../host/engineRequest.mjs';
import { debianImage, ensureImages, smallImages } from '../../host/images.mjs';
import { managedResources } from '../../host/leftovers.mjs';
import { failsWith, testEngine, tinyImage, type TestEngine } from '../../support/engine.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';
import type { Session } from '../../../src/workspaces/session.ts';
import type { ForwardedPort } from '../../../src/workspaces/ports/portForwards.ts';

const fileBytes = 100 * 1024 * 1024;

/** What listens in the Debian workspace; it prints what it hears on 3002 and when everything is up. */
const servers = `
const net = require('net');
const listen = (port, host, answer) => new Promise((done) =>
  net.createServer({ allowHalfOpen: true }, (socket) => { socket.on('error', () => {}); answer(socket); }).listen(port, host, done));
const count = (socket, then) => { let n = 0; socket.on('data', (chunk) => (n += chunk.length)).on('end', () => then(n)); };
Promise.all([
  listen(3000, '127.0.0.1', (socket) => socket.pipe(socket)),
  listen(3001, '127.0.0.1', (socket) => count(socket, (n) => socket.end(n + ' bytes'))),
  listen(3002, '127.0.0.1', (socket) => { socket.end('bye'); count(socket, (n) => console.log('heard ' + n)); }),
  listen(3003, '127.0.0.1', (socket) => { setInterval(() => socket.write('tick'), 20).unref(); }),
  new Promise((done) => require('http').createServer((request, response) =>
    require('fs').createReadStream('/workspace' + request.url).pipe(response)).listen(8000, done)),
]).then(() => console.log('up'));`;

describe('ports of workspaces without a network', function () {
  this.timeout(120_000);
  let engine: TestEngine;
  let core: ReturnType<typeof workspacesOnEngine>;
  let folder: string;
  let debian: string;
  let tiny: string;
  let heard = '';
  let fileHash: string;
  const held: ForwardedPort[] = [];
  const got = new WeakMap<Socket, { text: string }>();

  const forward = async (id: string, port: number) => {
    const forwarded = await core.service.forwardPort(id, port);
    held.push(forwarded);
    return forwarded;
  };
  const dial = async ({ localAddress, localPort }: ForwardedPort): Promise<Socket> => {
    const socket = connect({ host: localAddress, port: localPort, allowHalfOpen: true });
    await once(socket, 'connect');
    return socket;
  };
  /** Waits until a client has got this, and nothing else, since it was dialled. */
  const gets = async (socket: Socket, expected: RegExp) => {
    const known = got.get(socket) ?? { text: '' };
    if (!got.has(socket)) socket.on('data', (chunk: Buffer) => (known.text += chunk.toString()));
    got.set(socket, known);
    for (let tries = 0; !expected.test(known.text); tries++) {
      assert.ok(tries < 1500, `only ${known.text.slice(-200)} yet`);
      assert.ok(!socket.destroyed && !socket.readableEnded, `no more than ${known.text}`);
      await delay(20);
    }
  };
  const isGone = (socket: Socket) =>
    new Promise<void>((resolve) => {
      socket.on('error', () => undefined);
      if (socket.destroyed) resolve();
      socket.resume().once('close', () => {
        resolve();
      });
    });
  const says = async (pattern: RegExp) => {
    for (let tries = 0; !pattern.test(heard); tries++) {
      assert.ok(tries < 200, heard);
      await delay(50);
    }
  };
  const run = async (id: string, ...command: string[]): Promise<Session> => {
    const session = await core.service.openSession(id, { kind: 'command', command });
    for (const output of [session.stdout, session.stderr])
      output.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    return session;
  };
  /** What runs in a workspace but its main process, the servers and this very look. */
  const relaysIn = async (id: string) => {
    const { container } = core.service.get(id)!;
    assert.ok(container.kind === 'running');
    const { Processes } = (await engineJson(engine.socketPath, 'GET', `/containers/${container.id}/top`)) as {
      Processes: string[][];
    };
    const commands = Processes.map((columns) => columns.at(-1) ?? '');
    return commands.filter((command) => /^(?:perl|python3|nc|bash -c)\b/.test(command));
  };
  const untilNoRelay = async (id: string) => {
    for (let tries = 0; (await relaysIn(id)).length > 0; tries++) {
      assert.ok(tries < 100, (await relaysIn(id)).join('\n'));
      await delay(100);
    }
  };

  before(async () => {
    engine = await testEngine();
    await ensureImages({ socketPath: engine.socketPath, wanted: [...smallImages, debianImage] });
    core = workspacesOnEngine(engine.connection);
    folder = await temporaryFolder();
    const content = randomBytes(fileBytes);
    fileHash = createHash('sha256').update(content).digest('hex');
    await fs.writeFile(join(folder, 'large.bin'), content);
    const limits = { cpus: 2, memoryMiB: 2048, pids: 1024, tmpMiB: 16 };
    const make = async (name: string, image: string) =>
      (await core.service.create({ name, folder, image, limits, network: 'none' })).id;
    debian = await make('debian', debianImage);
    tiny = await make('tiny', tinyImage);
    await run(debian, 'node', '-e', servers);
    await says(/up/);
    await run(tiny, 'httpd', '-f', '-p', '127.0.0.1:8080', '-h', '/workspace');
  });

  after(async () => {
    for (const workspace of core.service.list()) await core.service.remove(workspace.id);
    core.dispose();
    assert.deepEqual(await managedResources(engine.socketPath), []);
    await engine.dispose();
    await fs.rm(join(folder, '..'), { recursive: true });
  });
  afterEach(() => {
    for (const forwarded of held.splice(0)) forwarded.dispose();
  });

  it('notices what listens inside while somebody looks, and only then', async () => {
    const { watch } = core.ports;
    assert.deepEqual(watch.latest(debian), []);
    const changed = new Promise<void>((resolve) =>
      watch.onDidChange(() => {
        resolve();
      }),
    );
    const looking = watch.look(debian);
    await changed;
    assert.deepEqual(
      watch.latest(debian).map(({ port, hosts }) => [port, ...hosts]),
      [
        [3000, '127.0.0.1'],
        [3001, '127.0.0.1'],
        [3002, '127.0.0.1'],
        [3003, '127.0.0.1'],
        [8000, '127.0.0.1', '::1'],
      ],
    );
    looking.dispose();
    assert.deepEqual(watch.latest(debian), []);
  });

  for (const [name, port, server] of [
    ['debian', 8000, 'one on every address'],
    ['tiny', 8080, 'that of busybox on the loopback'],
  ] as const)
    it(`gives a large file byte for byte, from ${server}`, async () => {
      const id = name === 'debian' ? debian : tiny;
      const { localAddress, localPort } = await forward(id, port);
      assert.equal(localAddress, '127.0.0.1');
      const hash = createHash('sha256');
      let length = 0;
      const [response] = (await once(
        http.get({ host: localAddress, port: localPort, path: '/large.bin', agent: false }),
        'response',
      )) as [http.IncomingMessage];
      for await (const chunk of response as AsyncIterable<Buffer>) {
        hash.update(chunk);
        length += chunk.length;
      }
      assert.deepEqual([length, hash.digest('hex')], [fileBytes, fileHash]);
    });

  it('takes the same number here where it is free, another where it is not, and never more than one who asks', async () => {
    const taken = createServer();
    await once(taken.listen(0, '127.0.0.1'), 'listening');
    const { port } = taken.address() as AddressInfo;
    try {
      const other = await forward(debian, port);
      assert.notEqual(other.localPort, port);
      await assert.rejects(
        core.service.forwardPort(debian, 3000, { localPort: port }),
        failsWith('portInUse', new RegExp(String(port))),
      );
      const again = await forward(debian, port);
      assert.equal(again.localPort, other.localPort);
      other.dispose();
      other.dispose();
      assert.equal(core.ports.forwards.list(debian).length, 1, 'somebody else still wants it');
      again.dispose();
      assert.equal(core.ports.forwards.list(debian).length, 0);
    } finally {
      taken.close();
    }
  });

  it('listens on loopback only', async () => {
    const { localPort } = await forward(debian, 3000);
    const elsewhere = connect({ host: '127.0.0.2', port: localPort });
    const [error] = (await once(elsewhere, 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNREFUSED');
  });

  it('hands on the end of what the client sends, in both images', async () => {
    const counted = await dial(await forward(debian, 3001));
    counted.end(Buffer.alloc(5_000_000));
    assert.equal(await text(counted), '5000000 bytes');
    const asked = await dial(await forward(tiny, 8080));
    asked.end('GET /hello.txt HTTP/1.0\r\n\r\n');
    assert.match(await text(asked), /^HTTP\/1\.[01] 200 OK[^]*hello\n$/);
  });

  it('hands on the end of what the server sends, and then what the client goes on sending', async () => {
    const socket = await dial(await forward(debian, 3002));
    let said = '';
    socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await once(socket, 'end');
    assert.equal(said, 'bye');
    socket.end(Buffer.alloc(1_000_000));
    await says(/heard 1000000/);
  });

  it('carries many connections at once, each with its own bytes', async () => {
    const forwarded = await forward(debian, 3000);
    const sockets = await Promise.all(Array.from({ length: 50 }, () => dial(forwarded)));
    const say = async (word: string, expected: (index: number) => RegExp) => {
      for (const [index, socket] of sockets.entries()) socket.write(`${word} ${index}`);
      await Promise.all(sockets.map((socket, index) => gets(socket, expected(index))));
    };
    await say('first', (index) => new RegExp(`^first ${index}$`));
    // All of them are open by now, and stay so.
    await say('second', (index) => new RegExp(`^first ${index}second ${index}$`));
    assert.equal(core.service.get(debian)?.activeTasks, 1, 'connections are no tasks');
    for (const socket of sockets) socket.end();
    await Promise.all(sockets.map((socket) => isGone(socket)));
    await untilNoRelay(debian);
  });

  it('lets a debugger of this machine attach to a program inside, and stop it', async () => {
    await fs.writeFile(join(folder, 'app.js'), 'const one = 1;\nconsole.log(one + 41);\n');
    const program = await run(debian, 'node', '--inspect-brk=127.0.0.1:9229', 'app.js');
    await says(/Debugger listening on ws:\/\/127\.0\.0\.1:9229/);
    const { localAddress, localPort } = await forward(debian, 9229);
    const inspector = spawn(process.execPath, ['inspect', `${localAddress}:${localPort}`]);
    let shown = '';
    inspector.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()));
    const shows = async (pattern: RegExp) => {
      for (let tries = 0; !pattern.test(shown); tries++) {
        assert.ok(tries < 200, shown);
        await delay(50);
      }
    };
    try {
      await shows(/start in (?:file:\/\/)?\/workspace\/app\.js:1/);
      inspector.stdin.write('next\n');
      await shows(/app\.js:2/);
      inspector.stdin.write('exec one\n');
      await shows(/> 1\n/);
      inspector.stdin.write('cont\n');
      await says(/^42$/m);
    } finally {
      inspector.kill();
    }
    await program.end();
  });

  it('closes what reaches nobody, and reaches whoever comes later', async () => {
    const forwarded = await forward(tiny, 9090);
    const lonely = await dial(forwarded);
    lonely.end('hello');
    assert.equal(await text(lonely), '');
    const late = await run(tiny, 'nc', '-l', '-p', '9090', '-e', 'cat');
    let answer = '';
    for (let tries = 0; answer !== 'hello'; tries++) {
      assert.ok(tries < 50);
      const socket = await dial(forwarded);
      socket.end('hello');
      answer = await text(socket);
    }
    await late.exitCode;
  });

  it('leaves nothing inside of a client that is gone while the server goes on', async () => {
    const socket = await dial(await forward(debian, 3003));
    await gets(socket, /^(?:tick)+$/);
    assert.equal((await relaysIn(debian)).length, 1);
    socket.resetAndDestroy();
    await untilNoRelay(debian);
  });

  it('ends connections with the forwarded port, inside as well', async () => {
    const forwarded = await forward(debian, 3003);
    const socket = await dial(forwarded);
    await gets(socket, /^(?:tick)+$/);
    const gone = isGone(socket);
    forwarded.dispose();
    await gone;
    await untilNoRelay(debian);
    const refused = connect({ host: forwarded.localAddress, port: forwarded.localPort });
    await once(refused, 'error');
  });

  it('outlives a pause, with the connections that are open', async () => {
    const forwarded = await forward(debian, 3000);
    const socket = await dial(forwarded);
    socket.write('before');
    await gets(socket, /^before$/);
    await core.service.pause(debian);

    assert.equal(core.ports.forwards.list(debian).length, 1);
    const refused = await dial(forwarded);
    assert.equal(await text(refused), '', 'a new connection is closed at once');
    socket.write('after');

    await core.service.resume(debian);
    await gets(socket, /^beforeafter$/);
    socket.destroy();
  });

  it('names what to install where the image has nothing that carries connections', async () => {
    const { id } = await core.service.create({ name: 'bare', folder, image: 'cordon-test/noshell:local' });
    await assert.rejects(
      core.service.forwardPort(id, 80),
      failsWith('invalidRequest', /perl, python3, socat/),
    );
    await core.service.remove(id);
  });

  it('refuses what is no port, and workspaces that do not run', async () => {
    for (const port of [0, 65_536, 1.5, -1, '80', undefined])
      await assert.rejects(core.service.forwardPort(tiny, port as number), failsWith('invalidRequest'));
    await assert.rejects(core.service.forwardPort('nobody', 80), failsWith('workspaceNotFound'));
  });

  it('ends with its workspace, and breaks off what was under way so that nobody takes it for complete', async () => {
    const forwarded = await forward(tiny, 8080);
    const request = http.get({ host: forwarded.localAddress, port: forwarded.localPort, path: '/large.bin' });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    await once(response, 'data');
    response.pause();
    // the break may come before anybody reads on
    request.on('error', () => undefined);
    const brokenOff = assert.rejects(once(response, 'end'), /aborted|ECONNRESET/);
    await core.service.stop(tiny);
    response.resume();
    await brokenOff;
    assert.deepEqual(core.ports.forwards.list(tiny), []);
    assert.deepEqual(core.service.sessions(tiny), []);
    await assert.rejects(core.service.forwardPort(tiny, 8080), failsWith('notRunning'));
  });
});
