import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { breakOff } from '../../../src/workspaces/ports/breakOff.ts';
import { relays, type Relay } from '../../../src/workspaces/ports/relays.ts';
import { ensurePrograms } from '../../host/aptPackages.mjs';
import { findProgram } from '../../host/command.mjs';

/** Those that keep the directions of a connection apart, so that the client may go on after the server has ended. */
const full = ['perl', 'python3', 'node'];
/** Whether the server hears that the client has ended. */
const tellsEnd = (relay: Relay) => relay.name !== 'bash';

/** By program: the Debian package that it comes with. */
const packages = {
  ...{ perl: 'perl-base', python3: 'python3-minimal', socat: 'socat', busybox: 'busybox-static' },
  ...{ 'nc.openbsd': 'netcat-openbsd', bash: 'bash' },
};
/** What is called `nc`. */
const ncs: Readonly<Record<string, string>> = { 'nc of busybox': 'busybox', 'nc of OpenBSD': 'nc.openbsd' };

/** They run on this machine as they do in a container. */
describe('the relays of forwarded ports', function () {
  this.timeout(60_000);
  let programs: string;
  let env: NodeJS.ProcessEnv;
  let server: Server | undefined;
  const sockets = new Set<Socket>();
  const serve = async (answer: (socket: Socket) => unknown, host = '127.0.0.1') => {
    server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined);
      sockets.add(socket);
      void answer(socket);
    });
    await once(server.listen(0, host), 'listening');
    return (server.address() as AddressInfo).port;
  };
  const run = (relay: Relay, port: number, host = '127.0.0.1') => {
    const [program = '', ...args] = relay.command(host, port);
    // Node would make sockets of its streams, an engine makes pipes.
    const script = 'cat | "$@" | cat';
    const child = spawn('bash', ['-o', 'pipefail', '-c', script, 'bash', program, ...args], { env });
    child.stdin.on('error', () => undefined);
    const ended = once(child, 'exit').then(([code]) => code as number);
    return { child, ended };
  };

  before(async () => {
    await ensurePrograms(packages, { why: 'The test of relays' });
  });
  beforeEach(async () => {
    programs = await mkdtemp(path.join(tmpdir(), 'cordon-relays-'));
  });
  afterEach(async () => {
    await rm(programs, { recursive: true });
    server?.close();
    server = undefined;
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  });

  for (const relay of relays)
    describe(relay.name, () => {
      /** For those alone that can do it. */
      const itWhere = (can: boolean, what: string, test: () => Promise<void>) => {
        if (can) it(what, test);
      };
      beforeEach(async () => {
        const nc = ncs[relay.name];
        if (nc !== undefined) await symlink(findProgram(nc) ?? '', path.join(programs, 'nc'));
        env = { ...process.env, PATH: `${programs}:${process.env['PATH']}` };
      });

      it('is found where its program is', () => {
        const [program = '', ...args] = relay.check;
        const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env });
        assert.match(`${stdout}${stderr}`.trim(), relay.says);
      });

      it('carries large bodies both ways at once, byte for byte', async () => {
        const port = await serve((socket) => socket.pipe(socket));
        const { child, ended } = run(relay, port);
        const sent = randomBytes(4_000_000);
        const received: Buffer[] = [];
        let count = 0;
        const complete = new Promise<void>((resolve) => {
          child.stdout.on('data', (chunk: Buffer) => {
            received.push(chunk);
            if ((count += chunk.length) >= sent.length) resolve();
          });
        });
        child.stdin.write(sent);
        await complete;
        assert.ok(Buffer.concat(received).equals(sent));
        child.stdin.end();
        if (!tellsEnd(relay)) for (const socket of sockets) socket.end();
        await ended;
      });

      itWhere(tellsEnd(relay), 'hands on an answer that begins after the end of the request', async () => {
        const port = await serve(async (socket) => socket.end(`${await lengthOf(socket)} bytes`));
        const { child, ended } = run(relay, port);
        child.stdin.end(Buffer.alloc(300_000));
        assert.equal(await text(child.stdout), '300000 bytes');
        assert.equal(await ended, 0);
      });

      it('ends when the server has ended and the client does', async () => {
        const port = await serve((socket) => socket.end('bye'));
        const { child, ended } = run(relay, port);
        const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
        assert.equal(chunk.toString(), 'bye');
        child.stdin.end();
        assert.equal(await ended, 0);
      });

      itWhere(
        full.includes(relay.name),
        'tells that the server has ended, and goes on carrying what the client sends',
        async () => {
          let heard: Promise<string> | undefined;
          const port = await serve((socket) => {
            socket.end('bye');
            heard = textOf(socket);
          });
          const { child, ended } = run(relay, port);
          const [told] = (await once(child.stderr, 'data')) as [Buffer];
          assert.equal(told.toString(), 'eof 3\n');
          child.stdin.write('still ');
          child.stdin.end('here');
          assert.equal(await heard, 'still here');
          assert.equal(await ended, 0);
        },
      );

      itWhere(full.includes(relay.name), 'lets a client send that does not read yet', async () => {
        const flood = Buffer.alloc(8_000_000, 'x');
        const port = await serve(async (socket) => {
          socket.write(flood);
          socket.end(`${await lengthOf(socket)}`);
        });
        const { child } = run(relay, port);
        child.stdin.end(flood);
        // All of it is taken although nothing of the answer is.
        await once(child.stdin, 'finish');
        const answer = await buffer(child.stdout);
        assert.equal(answer.subarray(flood.length).toString(), String(flood.length));
      });

      it('fails without a word on its output where nobody listens', async () => {
        const port = await serve(() => undefined);
        server?.close();
        const { child, ended } = run(relay, port);
        child.stdin.end();
        assert.equal(await text(child.stdout), '');
        assert.notEqual(await ended, 0);
      });

      itWhere(full.includes(relay.name), 'fails where the server breaks the connection off', async () => {
        const port = await serve((socket) => {
          socket.once('data', () => {
            breakOff(socket);
            child.stdin.end();
          });
        });
        const { child, ended } = run(relay, port);
        child.stdin.write('hello');
        assert.equal(await ended, 1);
      });
    });
});

/** Reads to the end and leaves the other direction open. */
async function textOf(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'end');
  return Buffer.concat(chunks).toString();
}

async function lengthOf(socket: Socket): Promise<number> {
  return (await textOf(socket)).length;
}
