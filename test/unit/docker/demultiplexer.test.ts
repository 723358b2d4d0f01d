import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import fc from 'fast-check';
import { Demultiplexer } from '../../../src/docker/demultiplexer.ts';
import { hasCode } from '../../../src/shared/errors.ts';

function frame(kind: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header[0] = kind;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

async function read(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('Demultiplexer', () => {
  it('gives back what was framed, however it is cut into chunks', async () => {
    const frames = fc.array(fc.tuple(fc.constantFrom(0, 1, 2, 3), fc.uint8Array({ maxLength: 40 })), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(
        frames,
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        async (all, cuts) => {
          const bytes = Buffer.concat(all.map(([kind, payload]) => frame(kind, payload)));
          const demultiplexer = new Demultiplexer();
          const outputs = Promise.all([read(demultiplexer.stdout), read(demultiplexer.stderr)]);
          for (let at = 0, turn = 0; at < bytes.length; turn++) {
            const size = cuts[turn % cuts.length]!;
            demultiplexer.write(bytes.subarray(at, at + size));
            at += size;
          }
          demultiplexer.end();
          const expected = (kinds: number[]) =>
            Buffer.concat(all.filter(([kind]) => kinds.includes(kind)).map(([, payload]) => payload));
          const [stdout, stderr] = await outputs;
          assert.deepEqual(stdout, expected([0, 1]));
          assert.deepEqual(stderr, expected([2, 3]));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('never fails on hostile bytes otherwise than by its own error, and always ends', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 100 })), async (chunks) => {
        const demultiplexer = new Demultiplexer();
        let failure: unknown;
        demultiplexer.on('error', (error) => (failure = error));
        const outputs = Promise.all([read(demultiplexer.stdout), read(demultiplexer.stderr)]);
        for (const chunk of chunks) if (!demultiplexer.destroyed) demultiplexer.write(chunk);
        demultiplexer.end();
        await outputs;
        assert.equal(failure === undefined || hasCode(failure, 'engineFailed') || isLateWrite(failure), true);
      }),
      { numRuns: 100 },
    );
  });

  it('passes on a huge frame without keeping it', async () => {
    const demultiplexer = new Demultiplexer();
    const header = Buffer.alloc(8);
    header[0] = 1;
    header.writeUInt32BE(0xffffffff, 4);
    demultiplexer.write(header);
    let length = 0;
    demultiplexer.stdout.on('data', (chunk: Buffer) => (length += chunk.length));
    const chunk = Buffer.alloc(1024 * 1024);
    for (let round = 0; round < 50; round++) {
      if (!demultiplexer.write(chunk)) await once(demultiplexer, 'drain');
    }
    demultiplexer.end();
    await once(demultiplexer.stdout, 'end');
    assert.equal(length, 50 * chunk.length);
  });

  it('holds the writer up while a reader is behind, and lets go when the reader leaves', async () => {
    const demultiplexer = new Demultiplexer();
    demultiplexer.stderr.resume();
    const written = once(demultiplexer, 'drain');
    assert.equal(demultiplexer.write(frame(1, Buffer.alloc(100_000))), false);
    assert.equal(demultiplexer.stdout.readableLength, 100_000);
    demultiplexer.stdout.destroy();
    await written;
    demultiplexer.end(frame(2, Buffer.from('still here')));
    await once(demultiplexer.stderr, 'end');
  });

  it('puts both streams in their order into one when merged', async () => {
    const demultiplexer = new Demultiplexer({ merged: true });
    demultiplexer.end(Buffer.concat([frame(2, Buffer.from('a')), frame(1, Buffer.from('b'))]));
    assert.equal((await read(demultiplexer.stdout)).toString(), 'ab');
    assert.equal(demultiplexer.stderr, demultiplexer.stdout);
  });
});

function isLateWrite(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_STREAM');
}
