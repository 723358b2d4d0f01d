import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { Allowance } from '../../../src/shared/allowance.ts';
import { forwardText } from '../../../src/vscode/terminalOutput.ts';

describe('forwardText', () => {
  it('keeps a character whole that was cut in two', async () => {
    const bytes = Buffer.from('가나다 😀');
    const chunks = Array.from(bytes, (byte) => Buffer.from([byte]));
    const written: string[] = [];
    await forwardText(Readable.from(chunks), (text) => written.push(text));
    assert.equal(written.join(''), '가나다 😀');
    assert.ok(written.every((text) => !text.includes('\ufffd')));
  });

  it('shows the rest of a character that never came', async () => {
    const written: string[] = [];
    await forwardText(Readable.from([Buffer.from([0xea])]), (text) => written.push(text));
    assert.equal(written.join(''), '\ufffd');
  });

  it('gives others a turn while a process prints without end', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    const chunk = Buffer.alloc(65_536, 'x');
    const chunks = Array.from({ length: 100 }, () => chunk);
    let length = 0;
    await forwardText(Readable.from(chunks), (text) => (length += text.length));
    clearInterval(timer);
    assert.equal(length, 100 * 65_536);
    assert.ok(turns > 0);
  });

  it('reads no faster than a window draws, once much was printed', async () => {
    const chunks = Array.from({ length: 8 }, () => Buffer.alloc(65_536, 'x'));
    const waits: number[] = [];
    const drawn = new Allowance(4 * 65_536, 65_536 * 1000, 0);
    const take = drawn.take.bind(drawn);
    drawn.take = (amount) => {
      waits.push(take(amount, 0));
      return waits.at(-1) ?? 0;
    };
    await forwardText(Readable.from(chunks), () => undefined, undefined, drawn);
    assert.deepEqual(waits, [0, 0, 0, 0, 1, 2, 3, 4]);
  });

  it('rejects when the stream breaks', async () => {
    const stream = new Readable({ read: () => undefined });
    const forwarded = forwardText(stream, () => undefined);
    stream.destroy(new Error('gone'));
    await assert.rejects(forwarded, /gone/);
  });
});
