import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
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
    const chunks = Array.from({ length: 400 }, () => chunk);
    let length = 0;
    await forwardText(Readable.from(chunks), (text) => (length += text.length));
    clearInterval(timer);
    assert.equal(length, 400 * 65_536);
    assert.ok(turns > 0);
  });

  it('rejects when the stream breaks', async () => {
    const stream = new Readable({ read: () => undefined });
    const forwarded = forwardText(stream, () => undefined);
    stream.destroy(new Error('gone'));
    await assert.rejects(forwarded, /gone/);
  });
});
