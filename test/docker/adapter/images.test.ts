import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ContainerEngine } from '../../../src/workspaces/containerEngine.ts';
import { failsWith, testEngine, tinyImage, type TestEngine } from '../../support/engine.ts';

describe('images of a real engine', function () {
  this.timeout(60_000);
  let test: TestEngine;
  let engine: ContainerEngine;
  const servers: Server[] = [];

  before(async () => {
    test = await testEngine();
    ({ engine } = test);
  });
  after(async () => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    await test.dispose();
  });

  async function registry(answer: (path: string) => { status: number; body: string } | undefined) {
    const server = createServer((request, response) => {
      const result = answer(request.url ?? '');
      if (!result) return;
      response.writeHead(result.status, { 'content-type': 'application/json' });
      response.end(result.body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    return { server, name: `127.0.0.1:${(server.address() as AddressInfo).port}/x/y:latest` };
  }

  const pull = (reference: string, signal = new AbortController().signal) =>
    engine.pullImage(reference, { signal, onProgress: () => undefined });

  it('knows a local image and none that is not there', async () => {
    const facts = await engine.inspectImage(tinyImage);
    assert.equal(facts?.operatingSystem, 'linux');
    assert.deepEqual(facts.volumes, []);
    const listed = (await engine.listImages()).find(({ reference }) => reference === tinyImage);
    assert.equal(listed?.id, facts.id);
    assert.match(listed.createdAt, /^\d{4}-\d\d-\d\dT/);
    for (const name of ['cordon-test/none:local', 'UPPER', '..', '../containers/json?', 'a b', '']) {
      assert.equal(await engine.inspectImage(name), undefined, name);
    }
  });

  it('tells which paths an image declares as volumes', async () => {
    const { ensureImages } = await import('../../host/images.mjs');
    await ensureImages({ socketPath: test.socketPath, wanted: ['cordon-test/volume:local'] });
    const facts = await engine.inspectImage('cordon-test/volume:local');
    assert.deepEqual([...(facts?.volumes ?? [])].sort(), ['/data', '/var/lib/stuff']);
  });

  it('names the image and the reason when a registry refuses the connection', async () => {
    const { server, name } = await registry(() => undefined);
    server.close();
    await assert.rejects(pull(name), failsWith('imagePullFailed', /127\.0\.0\.1.*refused.*local image/));
  });

  it('tells an image that the registry does not have from one that it does not give', async () => {
    const missing = await registry((path) =>
      path === '/v2/'
        ? { status: 200, body: '{}' }
        : { status: 404, body: '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}' },
    );
    await assert.rejects(pull(missing.name), failsWith('imageNotFound'));
    const denied = await registry((path) =>
      path === '/v2/'
        ? { status: 200, body: '{}' }
        : { status: 401, body: '{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}' },
    );
    await assert.rejects(pull(denied.name), failsWith('imagePullFailed', new RegExp('sign in')));
  });

  it('refuses a name that no image can have', async () => {
    await assert.rejects(pull('No Such/Name'), failsWith('imagePullFailed'));
  });

  it('cancels a pull that a registry lets hang', async () => {
    const { server, name } = await registry((path) =>
      path === '/v2/' ? { status: 200, body: '{}' } : undefined,
    );
    const controller = new AbortController();
    server.on('request', ({ url }: IncomingMessage) => {
      if (url !== '/v2/') controller.abort();
    });
    await assert.rejects(pull(name, controller.signal), failsWith('cancelled'));
    await assert.rejects(pull(name, AbortSignal.abort()), failsWith('cancelled'));
  });
});
