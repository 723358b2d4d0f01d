import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SafeSequences } from '../../../src/vscode/safeSequences.ts';

const filtered = (...pieces: readonly string[]) => {
  const safe = new SafeSequences();
  return pieces.map((piece) => safe.filter(piece)).join('');
};
const kept = [
  'plain é 🔑 text\r\n\t',
  '\u001b[31mred\u001b[0m\u001b[2J\u001b(B\u001b7',
  '\u001b]0;title\u0007',
  '\u001b]633;A\u0007\u001b]633;P;Cwd=/workspace/src\u0007\u001b]133;D;0\u0007',
  '\u001b]633;P;Cwd=/workspace\u0007\u001b]633;B\u0007\u001b]633;C\u0007\u001b]633;D;127\u0007',
  '\u001b]633;P;Cwd=/workspace/..a/한 글=1\u0007',
  '\u001b]8;;https://example.org/a;b\u0007link\u001b]8;;\u0007',
  '\u001b]9;4;1;50\u0007\u001b]10;?\u0007',
];
const dropped = [
  '\u001b]52;c;?\u0007',
  '\u001b]52;c;Y3VybA==\u001b\\',
  '\u001b\u0000]52;c;?\u0007',
  '\u001b]5\u00002;c;?\u0007',
  '\u001b\u001b]52;c;?\u0007',
  '\u001b]8;;file:///home/me/.bashrc\u0007',
  '\u001b]8;id=1;vscode://x/y\u0007',
  '\u001b]8;;command:x\u0007',
  '\u001b]7;file:///home/me\u0007',
  '\u001b]9;9;/home/me\u0007',
  '\u001b]633;P;Cwd=/home/me\u0007',
  '\u001b]633;P;Cwd=/workspaces\u0007',
  '\u001b]633;P;Cwd=/workspace/../home/me\u0007',
  '\u001b]633;P;Cwd=//workspace/me\u0007',
  '\u001b]633;P;Cwd="/home/me"\u0007',
  '\u001b]633;P;\\x43wd=/home/me\u0007',
  '\u001b]633;P;Cwd\\x3d/home/me\u0007',
  '\u001b]633;P;Cwd=/workspace/\\x2e\\x2e/home/me\u0007',
  '\u001b]633;P;Cwd=/workspace/\\\\\u0007',
  '\u001b]633;P;Cwd=/workspace;nonce\u0007',
  '\u001b]633;P;IsWindows=True\u0007',
  '\u001b]633;E;rm -rf ~;nonce\u0007',
  '\u001b]633;EnvJson;{};nonce\u0007',
  '\u001b]1337;CurrentDir=/home/me\u0007',
  '\u001b]052;c;?\u0007',
  `\u001b]0;${'x'.repeat(70_000)}\u0007`,
  '\u001b]0;cancelled\u0018',
];

describe('what a program sends to its terminal', () => {
  for (const text of kept)
    it(`is shown: ${JSON.stringify(text).slice(0, 60)}`, () => {
      assert.equal(filtered(text), text);
    });

  for (const text of dropped)
    it(`is not carried out: ${JSON.stringify(text).slice(0, 40)}`, () => {
      const rest = filtered(`a${text}b`).replaceAll('\u001b\\', '').replaceAll('\0', '');
      assert.equal(rest, 'ab');
    });

  it('tells the folder of the shell', () => {
    const told: string[] = [];
    const safe = new SafeSequences((path) => told.push(path));
    for (const piece of [
      '\u001b]633;P;Cwd=/work',
      'space/a\u0007',
      '\u001b]633;P;Cwd=/tmp\u0007',
      '\u001b]633;P;Cwd=x\u0007',
      '\u001b]633;P;Cwd=/a\\x2fb\u0007',
    ])
      safe.filter(piece);
    assert.deepEqual(told, ['/workspace/a', '/tmp']);
  });

  it('begins nothing with a single control of the upper half', () => {
    assert.equal(filtered('\u009d52;c;?\u009c'), '52;c;?');
  });

  it('is the same, however it is cut into pieces', () => {
    const piece = fc.constantFrom(
      ...kept,
      ...dropped.filter(({ length }) => length < 1000),
      '\u001b',
      ']',
      ';',
      '\u0007',
      'x',
      '\u001b\\',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }),
        fc.array(fc.nat(400), { maxLength: 6 }),
        (pieces, cuts) => {
          const text = pieces.join('');
          const at = [...new Set(cuts.filter((cut) => cut < text.length))].sort((a, b) => a - b);
          const parts = [0, ...at].map((start, index) => text.slice(start, at[index] ?? text.length));
          assert.equal(filtered(...parts), filtered(text));
          for (const never of ['\u001b]52', '\u009d', 'file:'])
            assert.ok(!filtered(text).includes(never), JSON.stringify(text));
        },
      ),
    );
  });
});
