import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureImages } from '../../host/images.mjs';
import { managedResources } from '../../host/leftovers.mjs';
import { startPrivateEngine, type PrivateEngine } from '../../host/privateEngine.mjs';
import { connectTo, tinyImage } from '../../support/engine.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';
import { codeOf } from '../../support/workspacesOnFake.ts';

const nameServer = '127.0.0.5';

/** A workspace core on an engine of its own. */
async function coreOn(engine: PrivateEngine) {
  await ensureImages({ socketPath: engine.socketPath, wanted: [tinyImage] });
  const connection = connectTo(`unix://${engine.socketPath}`);
  const core = workspacesOnEngine(connection);
  const folder = await temporaryFolder();
  return {
    create: (name: string, network: 'open' | 'isolated') => core.service.create({ name, folder, network }),
    sh: async (id: string, line: string) => (await core.service.exec(id, ['sh', '-c', line])).stdout.trim(),
    list: () => core.service.list(),
    dispose: async () => {
      for (const { id } of core.service.list()) await core.service.remove(id);
      core.dispose();
      connection.dispose();
      await fs.rm(join(folder, '..'), { recursive: true });
    },
  };
}

describe('a hostile program on an engine that asks for names at its own loopback', function () {
  this.timeout(60_000);
  let engine: PrivateEngine;
  let core: Awaited<ReturnType<typeof coreOn>>;
  let resolver: ChildProcess;
  const asked: string[] = [];

  before(async () => {
    engine = await startPrivateEngine({ nameServer });
    // the server listens where the engine is, in its own network
    const program = `
      const socket = require('node:dgram').createSocket('udp4');
      socket.on('message', (message) => console.log(message.toString('latin1').replace(/[^a-z0-9-]+/g, '.')));
      socket.bind(53, '${nameServer}', () => console.log('ready'));`;
    resolver = spawn('nsenter', ['-t', String(engine.pid), '-n', process.execPath, '-e', program]);
    const lines = createInterface({ input: resolver.stdout! });
    lines.on('line', (line) => asked.push(line));
    await once(lines, 'line');
    core = await coreOn(engine);
  });
  after(async () => {
    resolver.kill();
    await core.dispose();
    await engine.stop();
  });

  it('sends no name out of an isolated workspace by way of the engine', async () => {
    // some engines ask on behalf of a network without a way out (CVE-2024-29018)
    const lookUp = (name: string) => `timeout 4 nslookup ${name} 127.0.0.11 >/dev/null 2>&1; true`;
    const [open, isolated] = [await core.create('open', 'open'), await core.create('isolated', 'isolated')];
    await Promise.all([
      core.sh(isolated.id, lookUp('secret.isolated.example')),
      core.sh(open.id, lookUp('secret.open.example')),
    ]);
    assert.ok(
      asked.some((line) => line.includes('open')),
      `the server is asked: ${asked.join(' ')}`,
    );
    assert.ok(!asked.some((line) => line.includes('isolated')), asked.join(' '));
  });
});

describe('a hostile program on an engine without a firewall', function () {
  this.timeout(60_000);
  let engine: PrivateEngine;
  let core: Awaited<ReturnType<typeof coreOn>>;

  before(async () => {
    engine = await startPrivateEngine({ settings: { iptables: false } });
    core = await coreOn(engine);
  });
  after(async () => {
    await core.dispose();
    await engine.stop();
  });

  it('finds no second open workspace, because that is not started there', async () => {
    const first = await core.create('first', 'open');
    assert.equal(await codeOf(core.create('second', 'open')), 'isolationNotHeld');
    assert.deepEqual(
      core.list().map(({ id }) => id),
      [first.id],
    );
    assert.equal((await managedResources(engine.socketPath)).length, 2);
  });

  it('is kept apart by an isolated network all the same', async () => {
    const one = await core.create('one', 'isolated');
    const other = await core.create('other', 'isolated');
    const address = await core.sh(other.id, 'hostname -i');
    assert.match(address, /^\d+\.\d+\.\d+\.\d+$/);
    const line = (to: string) => `echo x | timeout 3 nc -w 1 ${to} 8000 2>&1; true`;
    const server = core.sh(other.id, 'echo reached | timeout 10 nc -l -p 8000; true');
    assert.equal(await core.sh(one.id, line(address)).then((out) => out.includes('reached')), false);
    assert.match(await core.sh(other.id, line(address)), /reached/);
    await server;
  });
});
