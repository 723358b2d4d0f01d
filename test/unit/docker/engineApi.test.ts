import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import type { EngineApi } from '../../../src/docker/engineApi.ts';
import { openClient, type EngineClient } from '../../../src/docker/engineClient.ts';
import { failsWith } from '../../support/engine.ts';
import { startFakeEngine, startRawEngine, type FakeEngineServer } from '../../support/fakeEngineServer.ts';

describe('calls to an engine that misbehaves', () => {
  const open: { server: FakeEngineServer; client: EngineClient }[] = [];
  afterEach(async () => {
    for (const { server, client } of open.splice(0)) {
      client.dispose();
      await server.close();
    }
  });

  async function apiOf(server: FakeEngineServer): Promise<EngineApi> {
    const target = { kind: 'socket', path: server.socketPath } as const;
    const client = await openClient({
      endpoint: server.endpoint,
      chosenBecause: '',
      isExplicit: true,
      target,
    });
    open.push({ server, client });
    return client.api('1.41');
  }
  const answering = async (listener: RequestListener) => apiOf(await startFakeEngine(listener));
  const writing = async (bytes: string) =>
    apiOf(await startRawEngine((socket: Socket) => void socket.once('data', () => socket.end(bytes))));
  const ask = (api: EngineApi, options: object = {}) =>
    api.json({ method: 'GET', path: ['containers', 'a b/c?d', 'json'], ...options });

  it('go to the path that was meant, whatever a name holds', async () => {
    let url: string | undefined;
    const api = await answering((request, response) => {
      ({ url } = request);
      response.end('{"a":1}');
    });
    assert.deepEqual(await ask(api, { query: { filters: { label: ['x=1'] } } }), { a: 1 });
    assert.equal(url, '/v1.41/containers/a%20b%2Fc%3Fd/json?filters=%7B%22label%22%3A%5B%22x%3D1%22%5D%7D');
    for (const name of ['', '.', '..', '../x', 'a//b']) {
      await assert.rejects(ask(api, { path: ['images', name, 'json'] }), failsWith('engineFailed'));
    }
  });

  it('send a body as JSON and none where there is none', async () => {
    const api = await answering((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => response.end(JSON.stringify({ body })));
    });
    const post = { method: 'POST', path: ['x'] } as const;
    assert.deepEqual(await api.json({ ...post, body: { A: ['b'] } }), { body: '{"A":["b"]}' });
    assert.deepEqual(await api.json(post), { body: '' });
  });

  it('fail in time when no answer comes, or only its beginning', async () => {
    await assert.rejects(
      ask(await answering(() => undefined), { timeoutMs: 50 }),
      failsWith('timeout', /0\.05 s/),
    );
    const slow = await answering((_, response) => {
      response.writeHead(200);
      response.write('{"a":');
    });
    await assert.rejects(ask(slow, { timeoutMs: 50 }), failsWith('timeout'));
  });

  it('are cancelled at once, also before they begin', async () => {
    const controller = new AbortController();
    const api = await answering(() => {
      controller.abort();
    });
    await assert.rejects(ask(api, { signal: controller.signal }), failsWith('cancelled'));
    await assert.rejects(ask(api, { signal: controller.signal }), failsWith('cancelled'));
  });

  it('notice an answer that breaks off or is not HTTP', async () => {
    const cutOff = await writing('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a":1}');
    await assert.rejects(ask(cutOff), failsWith('engineUnavailable'));
    await assert.rejects(ask(await writing('')), failsWith('engineUnavailable', /closed the connection/));
    await assert.rejects(ask(await writing('SSH-2.0-OpenSSH_9.2\r\n')), failsWith('engineUnavailable'));
  });

  it('do not take nonsense for an answer', async () => {
    const html = await answering((_, response) => response.end('<html>proxy</html>'));
    await assert.rejects(ask(html), failsWith('engineFailed', /cannot be understood/));
  });

  it('bring back the engine’s own words for a refusal, and never a raw body', async () => {
    const refusing = (body: string) =>
      answering((_, response) => {
        response.statusCode = 500;
        response.end(body);
      });
    await assert.rejects(
      ask(await refusing('{"message":"too bad"}')),
      failsWith('engineFailed', /: too bad$/),
    );
    await assert.rejects(ask(await refusing('')), failsWith('engineFailed', /status 500/));
    await assert.rejects(ask(await refusing('x'.repeat(100_000))), (error) => {
      assert.ok(error instanceof Error);
      return error.message.length < 260;
    });
  });

  it('refuse an answer without end', async () => {
    const api = await answering((_, response) => {
      const chunk = Buffer.alloc(1024 * 1024, ' ');
      const more = () => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    await assert.rejects(ask(api), failsWith('engineFailed', /too long/));
  });

  it('hand a stream on until its signal breaks it off', async () => {
    const api = await answering((_, response) => {
      response.writeHead(200);
      response.write('a');
    });
    const controller = new AbortController();
    const stream = await api.stream({
      method: 'GET',
      path: ['events'],
      timeoutMs: 2000,
      signal: controller.signal,
    });
    let text = '';
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await new Promise((resolve) => stream.once('data', resolve));
    const closed = new Promise((resolve) => stream.once('close', resolve));
    controller.abort();
    await closed;
    assert.equal(text, 'a');
  });

  it('do not take an ordinary answer for a connection of their own', async () => {
    const api = await answering((_, response) => response.end('{}'));
    const call = { method: 'POST', path: ['exec', 'x', 'start'], body: { Tty: false } } as const;
    await assert.rejects(api.hijack(call), failsWith('engineFailed'));
    const refusing = await answering((_, response) => {
      response.statusCode = 409;
      response.end('{"message":"container x is not running"}');
    });
    await assert.rejects(refusing.hijack(call), failsWith('notRunning'));
  });

  it('work whatever DOCKER_HOST holds', async () => {
    const before = process.env['DOCKER_HOST'];
    process.env['DOCKER_HOST'] = 'tcp://:no port:';
    try {
      const api = await answering((_, response) => response.end('[]'));
      assert.deepEqual(await ask(api), []);
      assert.equal(process.env['DOCKER_HOST'], 'tcp://:no port:');
    } finally {
      if (before === undefined) delete process.env['DOCKER_HOST'];
      else process.env['DOCKER_HOST'] = before;
    }
  });
});
