import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openClient } from '../../../src/docker/engineClient.ts';
import { engineEndpoint } from '../../../src/docker/engineEndpoint.ts';
import { failsWith } from '../../support/engine.ts';
import { startFakeEngine } from '../../support/fakeEngineServer.ts';

const answer: RequestListener = (request, response) => {
  response.end(JSON.stringify({ url: request.url }));
};
const open = (endpoint: string) =>
  openClient({ endpoint, chosenBecause: 'a test', isExplicit: true, target: engineEndpoint(endpoint) });

describe('a connection to an engine', () => {
  it('goes over TCP', async () => {
    const server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = await open(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`);
    try {
      assert.deepEqual(await client.api('1.41').json({ method: 'GET', path: ['x'] }), { url: '/v1.41/x?' });
    } finally {
      client.dispose();
      server.close();
    }
  });

  it('goes through the ssh of the system, as the docker command does', async function () {
    if (process.platform === 'win32') this.skip();
    const server = await startFakeEngine(answer);
    const folder = await mkdtemp(path.join(tmpdir(), 'cordon-ssh-'));
    const log = path.join(folder, 'arguments');
    const standIn = [
      `#!${process.execPath}`,
      `require('fs').writeFileSync(${JSON.stringify(log)}, process.argv.slice(2).join(' '));`,
      `const socket = require('net').connect(${JSON.stringify(server.socketPath)});`,
      'process.stdin.pipe(socket).pipe(process.stdout);',
    ];
    await writeFile(path.join(folder, 'ssh'), standIn.join('\n'));
    await chmod(path.join(folder, 'ssh'), 0o755);
    const before = process.env['PATH'];
    process.env['PATH'] = `${folder}:${before ?? ''}`;
    const client = await open('ssh://me@example.org:2222');
    try {
      const api = client.api();
      for (const name of ['a', 'b']) {
        assert.deepEqual(await api.json({ method: 'GET', path: [name] }), { url: `/${name}?` });
      }
      assert.equal(
        await readFile(log, 'utf8'),
        '-o BatchMode=yes -o ConnectTimeout=10 -T -p 2222 -- me@example.org docker system dial-stdio',
      );
    } finally {
      process.env['PATH'] = before;
      client.dispose();
      await server.close();
      await rm(folder, { recursive: true });
    }
  });

  it('says so when there is no ssh', async () => {
    const before = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    const client = await open('ssh://example.org');
    try {
      await assert.rejects(client.api().json({ method: 'GET', path: ['x'] }), failsWith('engineUnavailable'));
    } finally {
      process.env['PATH'] = before;
      client.dispose();
    }
  });

  it('fails with the certificates missing rather than going on without them', async () => {
    const endpoint = 'tcp://127.0.0.1:1';
    const tls = { ca: '/no/ca.pem', cert: '/no/cert.pem', key: '/no/key.pem', isVerified: true };
    const target = engineEndpoint(endpoint);
    const client = await openClient({ endpoint, chosenBecause: '', isExplicit: true, target, tls });
    await assert.rejects(client.api().json({ method: 'GET', path: ['x'] }), failsWith('engineUnavailable'));
    client.dispose();
  });

  it('is not tried for an address that is none', async () => {
    await assert.rejects(open('nonsense'), failsWith('engineUnavailable', /“nonsense”/));
  });
});
