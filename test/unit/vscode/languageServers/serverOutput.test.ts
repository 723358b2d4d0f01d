import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { writeServerOutput } from '../../../../src/vscode/languageServers/serverOutput.ts';

describe('what a language server prints beside its messages', () => {
  const written = async (...chunks: readonly string[]) => {
    const lines: string[] = [];
    const info = (line: string) => lines.push(line);
    await writeServerOutput(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), {
      info,
      warn: (line) => lines.push(`warning: ${line}`),
    });
    return lines;
  };

  it('is in its log, without colours', async () => {
    assert.deepEqual(await written('\u001b[31mred\u001b[0m\n', '\u001b[0m\n'), ['red']);
  });

  it('is cut, and dropped where it is too much, in no time to speak of', async () => {
    const lines = await written(...Array.from({ length: 40 }, () => `\u001b${';#'.repeat(100_000)}`));
    assert.equal(lines[0]?.length, 2001);
    assert.equal(lines.at(-1), 'warning: The server prints too much; some of it is not shown.');
  });
});
