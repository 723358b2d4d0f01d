import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Allowance } from '../../../src/shared/allowance.ts';
import {
  frame,
  largestMessageBytes,
  MessageFrames,
  ProtocolFailure,
} from '../../../src/languageServers/frames.ts';
import { parseMessage } from '../../../src/languageServers/json.ts';
import { Restarts } from '../../../src/languageServers/restarts.ts';

const read = (frames: MessageFrames, chunk: Buffer) => [...frames.read(chunk)].map((each) => each.toString());

describe('the frames of messages', () => {
  it('come out as they went in, wherever the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.json(), { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
        (contents, cuts) => {
          const stream = Buffer.concat(contents.map((content) => frame(JSON.parse(content))));
          const frames = new MessageFrames();
          const found: string[] = [];
          for (let at = 0, turn = 0; at < stream.length; turn++) {
            const size = cuts[turn % cuts.length] ?? 1;
            found.push(...read(frames, stream.subarray(at, at + size)));
            at += size;
          }
          assert.deepEqual(
            found,
            contents.map((content) => JSON.stringify(JSON.parse(content))),
          );
          assert.equal(frames.pendingBytes, 0);
        },
      ),
    );
  });

  it('take other headers and any case', () => {
    const text = 'content-length: 2\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n{}';
    assert.deepEqual(read(new MessageFrames(), Buffer.from(text)), ['{}']);
  });

  it('refuse a message that is too long before any of it is kept', () => {
    const frames = new MessageFrames();
    const header = Buffer.from(`Content-Length: ${largestMessageBytes + 1}\r\n\r\n`);
    assert.throws(() => read(frames, header), ProtocolFailure);
  });

  for (const [what, text] of [
    ['a header without a length', 'Content-Type: x\r\n\r\n'],
    ['a negative length', 'Content-Length: -1\r\n\r\n'],
    ['a length that is no number', 'Content-Length: 0x10\r\n\r\n'],
    ['a header that does not end', 'x'.repeat(5000)],
  ] as const)
    it(`refuse ${what}`, () => {
      assert.throws(() => read(new MessageFrames(), Buffer.from(text)), ProtocolFailure);
    });

  it('keep no more of a header than it may have', () => {
    const frames = new MessageFrames();
    assert.throws(() => {
      for (let sent = 0; sent < 10_000; sent += 100) read(frames, Buffer.alloc(100, 'x'));
    }, ProtocolFailure);
    assert.ok(frames.pendingBytes < 5000);
  });
});

describe('the content of a message', () => {
  for (const content of ['', 'null', '[]', '[{"method":"x"}]', '{"method":7}', '{}', '{"id":{}}', '{"a":'])
    it(`is refused where it is ${content === '' ? 'nothing' : content}`, () => {
      assert.throws(() => parseMessage(Buffer.from(content)), ProtocolFailure);
    });

  it('keeps a result that is nothing, and no fields that the protocol does not have', () => {
    assert.deepEqual(parseMessage(Buffer.from('{"id":1,"result":null,"then":1}')), {
      jsonrpc: '2.0',
      id: 1,
      result: null,
    });
  });
});

describe('an allowance', () => {
  it('gives what is there, and says how long the rest takes', () => {
    const allowance = new Allowance(10, 2, 0);
    assert.equal(allowance.take(10, 0), 0);
    assert.equal(allowance.take(4, 0), 2000);
    assert.equal(allowance.take(0, 2000), 0);
    assert.equal(allowance.tryTake(3, 3000), false);
    assert.equal(allowance.tryTake(2, 3000), true);
    assert.equal(allowance.tryTake(11, 1_000_000), false, 'it is never more than the most');
  });
});

describe('restarts', () => {
  it('come later each time, and no more after five in three minutes', () => {
    const restarts = new Restarts();
    const waits = [0, 1, 2, 3, 4, 5].map((at) => restarts.next(at * 1000));
    assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, undefined]);
    restarts.forget();
    assert.equal(restarts.next(7000), 500);
  });

  it('go on where a server ends now and then', () => {
    const restarts = new Restarts();
    for (let at = 0; at < 20; at++) assert.equal(restarts.next(at * 200_000), 500);
  });
});
