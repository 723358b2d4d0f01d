import assert from 'node:assert/strict';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { EngineApi } from '../../../src/docker/engineApi.ts';
import { openClient, type EngineClient } from '../../../src/docker/engineClient.ts';
import { failsWith } from '../../support/engine.ts';
import { startFakeEngine, type FakeEngineServer } from '../../support/fakeEngineServer.ts';

const chunk = Buffer.alloc(64 * 1024, 'x');
/** More than any buffer on the way takes. */
const manyChunks = 500;

/** An archive that stops in the middle of a file. */
function begunPack() {
  const archive = pack();
  const file = archive.entry({ name: 'file', size: 1000 });
  file.on('error', () => undefined);
  file.write(Buffer.alloc(10));
  return archive;
}

describe('an archive that is sent to an engine', function () {
  this.timeout(10_000);
  let server: FakeEngineServer | undefined;
  let client: EngineClient | undefined;
  afterEach(async () => {
    client?.dispose();
    await server?.close();
  });

  async function answering(listener: RequestListener): Promise<EngineApi> {
    server = await startFakeEngine(listener);
    const target = { kind: 'socket', path: server.socketPath } as const;
    client = await openClient({ endpoint: '', chosenBecause: '', isExplicit: true, target });
    return client.api('1.41');
  }
  /** An engine that reads all and answers how much that was; what came of each request. */
  async function reading() {
    const ends: string[] = [];
    const api = await answering((request, response) => {
      let bytes = 0;
      request.on('data', (data: Buffer) => (bytes += data.length));
      request.on('end', () => response.end(JSON.stringify({ bytes })));
      request.on('close', () => ends.push(request.complete ? 'whole' : 'broken off'));
    });
    return { api, ends };
  }
  const put = (api: EngineApi, archive: Readable, signal?: AbortSignal) =>
    api.json({ method: 'PUT', path: ['x'], archive, timeoutMs: 0, ...(signal && { signal }) });
  const endless = (taken: { count: number } = { count: 0 }) =>
    new Readable({
      highWaterMark: chunk.length,
      read() {
        taken.count += 1;
        this.push(chunk);
      },
    });

  it('arrives whole', async () => {
    const { api, ends } = await reading();
    const archive = Readable.from(Array<Buffer>(manyChunks).fill(chunk));
    assert.deepEqual(await put(api, archive), { bytes: manyChunks * chunk.length });
    assert.deepEqual(await put(api, Readable.from([chunk])), { bytes: chunk.length });
    assert.deepEqual([ends, archive.destroyed], [['whole', 'whole'], true]);
  });

  it('is read no faster than the engine takes it', async () => {
    const held: [IncomingMessage, ServerResponse][] = [];
    const api = await answering((...request) => void held.push(request));
    const taken = { count: 0 };
    const controller = new AbortController();
    const sent = put(api, endless(taken), controller.signal);
    let before = -1;
    while (before !== taken.count || taken.count === 0) {
      before = taken.count;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    assert.ok(taken.count < manyChunks, `${taken.count} chunks`);
    controller.abort();
    await assert.rejects(sent, failsWith('cancelled'));
  });

  it('makes the call fail with its own error when it fails', async () => {
    const { api, ends } = await reading();
    const failure = new Error('the disk broke');
    const failing = Readable.from(
      (function* () {
        yield chunk;
        throw failure;
      })(),
    );
    await assert.rejects(put(api, failing), failure);
    const archive = begunPack();
    setTimeout(() => {
      archive.destroy(failure);
    }, 20);
    await assert.rejects(put(api, archive as unknown as Readable), failure);
    const closed = endless();
    setTimeout(() => closed.destroy(), 20);
    await assert.rejects(put(api, closed), /premature close/i);
    assert.ok(ends.every((end) => end === 'broken off'));
  });

  it('makes the call fail when it had failed before', async () => {
    const { api } = await reading();
    const failure = new Error('the disk broke');
    const failed = endless().on('error', () => undefined);
    failed.destroy(failure);
    await assert.rejects(put(api, failed), failure);
    const closed = pack();
    closed.destroy();
    await assert.rejects(put(api, closed as unknown as Readable), /closed before|premature close/i);
    await assert.rejects(put(api, closed as unknown as Readable), /closed before/);
  });

  it('is destroyed when the call is cancelled, also before it begins', async () => {
    const api = await answering(() => undefined);
    const controller = new AbortController();
    const archives = [endless(), endless()] as const;
    setTimeout(() => {
      controller.abort();
    }, 50);
    await assert.rejects(put(api, archives[0], controller.signal), failsWith('cancelled'));
    await assert.rejects(put(api, archives[1], controller.signal), failsWith('cancelled'));
    const ofPack = pack();
    await assert.rejects(put(api, ofPack as unknown as Readable, controller.signal), failsWith('cancelled'));
    assert.deepEqual(
      [...archives, ofPack].map(({ destroyed }) => destroyed),
      [true, true, true],
    );
  });

  it('does not hide why the engine refuses it, and is read no further', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const api = await answering((request, response) => {
      closed = new Promise((resolve) => request.socket.once('close', resolve));
      response.writeHead(500).end('{"message":"write /x: no space left on device"}');
    });
    const archive = endless();
    await assert.rejects(put(api, archive), failsWith('engineFailed', /no disk space/));
    assert.equal(archive.destroyed, true);
    await closed;
  });

  it('is no reason of its own when the connection breaks', async () => {
    for (const archive of [endless(), begunPack() as unknown as Readable]) {
      const api = await answering((request) => setTimeout(() => request.socket.destroy(), 50));
      await assert.rejects(put(api, archive), failsWith('engineUnavailable', /closed the connection/));
      assert.equal(archive.destroyed, true);
      client?.dispose();
      await server?.close();
      server = undefined;
    }
  });
});
