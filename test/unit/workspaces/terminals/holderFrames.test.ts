import assert from 'node:assert/strict';
import { holderWord, sizeFrame, typedFrames } from '../../../../src/workspaces/terminals/holderFrames.ts';
import { withoutQueries } from '../../../../src/workspaces/terminals/withoutQueries.ts';

describe('what is said to a holder of a terminal', () => {
  it('is what was typed, in frames that it takes', () => {
    assert.equal(typedFrames(Buffer.from('ls\r')).toString('latin1'), 'd\0\0\0\u0003ls\r');
    const frames = typedFrames(Buffer.alloc(65_537, 'x'));
    assert.deepEqual(
      [frames.length, frames.toString('latin1', 0, 6), frames.toString('latin1', 65_541)],
      [65_537 + 10, 'd\0\u0001\0\0x', 'd\0\0\0\u0001x'],
    );
    assert.equal(typedFrames(Buffer.alloc(0)).length, 0);
  });

  it('is a size that a terminal can have', () => {
    assert.deepEqual([...sizeFrame(120, 40)], [0x72, 0, 120, 0, 40]);
    assert.deepEqual([...sizeFrame(0, -3)], [0x72, 0, 1, 0, 1]);
    assert.deepEqual([...sizeFrame(1e9, 2.9)], [0x72, 255, 255, 0, 2]);
  });
});

describe('the word of one who carries a terminal', () => {
  for (const [errors, word] of [
    ['cordon: exit 7\n', { exitCode: 7 }],
    ['perl: warning: no such locale\ncordon: exit 129\n', { exitCode: 129 }],
    ['cordon: closed\n', 'closed'],
    ['cordon: none\n', 'none'],
    ['cordon: exit 70000\n', undefined],
    ['it said cordon: none\n', undefined],
    ['', undefined],
  ] as const)
    it(`is told from ${JSON.stringify(errors)}`, () => {
      assert.deepEqual(holderWord(errors), word);
    });
});

describe('what was printed before', () => {
  for (const query of [
    ...[
      '\u0005',
      '\u001b[6n',
      '\u001b[?6n',
      '\u001b[c',
      '\u001b[>c',
      '\u001b[=0c',
      '\u001b[>0q',
      '\u001b[?u',
    ],
    ...['\u001b[?2026$p', '\u001b[4$p', '\u001b[14t', '\u001b[18t', '\u001b[21t', '\u001bZ'],
    ...['\u001bP+q544e\u001b\\', '\u001bP$qm\u001b\\', '\u001b]11;?\u0007', '\u001b]4;1;?\u001b\\'],
    ...['\u001b]4;?;1;?;2\u0007', '\u001b]4;;1;#fff;2;?\u0007'],
  ])
    it(`asks a new terminal nothing by ${JSON.stringify(query)}`, () => {
      assert.equal(withoutQueries(Buffer.from(`a${query}b`)).toString(), 'ab');
    });

  it('is shown as it was otherwise, byte for byte', () => {
    const shown = Buffer.concat([
      Buffer.from(
        '\u001b[31m한글\u001b[0m\u001b[2J\u001b[?1049h\u001b[8;24;80t\u001b]0;c\u0007\u001b]11;#fff\u0007',
      ),
      Buffer.from([0xff, 0xfe, 0x80]),
    ]);
    assert.deepEqual(withoutQueries(shown), shown);
  });

  for (const query of ['\u001b]4;?', '\u001b]4;1;', '\u001b]4;1?;\u001b', '\u001b]4;?\u001b[0m'])
    it(`is shown where a query is cut off or none: ${JSON.stringify(query)}`, () => {
      assert.equal(withoutQueries(Buffer.from(query)).toString(), query);
    });

  for (const part of [';?', ';x', ';'])
    it(`takes no time to speak of with very many ${part}`, () => {
      const shown = Buffer.from(`\u001b]4;${part.repeat(500_000)}`);
      assert.ok(withoutQueries(shown).equals(shown));
    });
});
