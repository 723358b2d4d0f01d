import assert from 'node:assert/strict';
import { withoutSequences } from '../../../src/vscode/withoutSequences.ts';

describe('what a program printed, without what it says to a terminal', () => {
  for (const sequence of [
    ...[
      '\u001b[31m',
      '\u001b[0m',
      '\u001b[38;2;1;2;3m',
      '\u001b[?1049h',
      '\u001b[2 q',
      '\u001b[K',
      '\u009b1m',
    ],
    ...['\u001b7', '\u001b=', '\u001b(B', '\u001b#8', '\u001bM', '\u001bc'],
    ...['\u001b]0;a title\u0007', '\u001b]8;id=1;https://example.org/a?b=c\u001b\\', '\u001b]11;?\u009c'],
    ...['\u001bP$qm\u001b\\', '\u001b_Ga=q\u001b\\'],
  ])
    it(`leaves out ${JSON.stringify(sequence)}`, () => {
      assert.equal(withoutSequences(`a${sequence}b${sequence}\n`), 'ab\n');
    });

  it('keeps everything else', () => {
    const text = 'é 한글 🔑\t[31m ]0;x\u0007\r\n';
    assert.equal(withoutSequences(text), text);
  });

  it('leaves out no line, whatever is not ended in one', () => {
    assert.equal(withoutSequences('\u001b]0;a\nb\u0007\u001b[1\nc\u001b'), '0;a\nb\u0007\nc\u001b');
  });

  for (const part of [';#', '#', '1;', '\u001b]x', '\u001b[', '\u001b[1 ', '\u009b;', '\u001b'])
    it(`takes no time to speak of with very many ${JSON.stringify(part)}`, () => {
      const many = part.repeat(1_000_000);
      for (const start of ['\u001b', '\u001b]', '\u001b['])
        assert.ok(withoutSequences(start + many).length <= many.length + 2);
    });
});
