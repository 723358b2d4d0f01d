import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { WithoutProbeAnswers } from '../../../src/docker/withoutProbeAnswers.ts';
import { probeText } from '../../support/probeText.ts';
import { tinySpec } from '../../support/tinySpec.ts';

const answer = probeText(tinySpec('one'), ['10.0.0.1 80']);

describe('a log without answers to a look from inside', () => {
  const shown = async (...chunks: readonly (string | Buffer)[]) => {
    const filter = new WithoutProbeAnswers();
    for (const chunk of chunks) filter.write(chunk);
    filter.end();
    return await text(filter);
  };

  it('keeps everything else', async () => {
    assert.equal(await shown(`before\n${answer}between\n${answer}after`), 'before\nbetween\nafter');
    assert.equal(
      await shown('end\nmount\n\ncordon-probe 2\n한국어 ✓'),
      'end\nmount\n\ncordon-probe 2\n한국어 ✓',
    );
  });

  it('finds them however they are cut', async () => {
    const printed = Buffer.from(`그\n${answer}다음\n`);
    const bytes = Array.from(printed, (_, at) => printed.subarray(at, at + 1));
    assert.equal(await shown(...bytes), '그\n다음\n');
  });

  it('hides no other line that is printed within one, and nothing after it', async () => {
    const hostile = `cordon-probe 1\nstatus Uid:\t0\nrm -rf /\nclosed /etc\nend\n`;
    assert.equal(await shown(hostile), 'rm -rf /\nclosed /etc\nend\n');
    assert.equal(await shown('cordon-probe 1\ncordon-probe 1\nend\nend\n'), 'end\n');
  });

  for (const [what, line] of [
    ['blanks', `status Uid:${' '.repeat(16_000)}x`],
    ['bars', `interface ${'|'.repeat(16_000)}\r`],
  ] as const)
    it(`takes no time to speak of for lines of ${what}`, async () => {
      const hostile = await shown(`cordon-probe 1\n${line}\n`.repeat(200));
      assert.ok(hostile === `${line}\n`.repeat(200));
    });

  it('passes on a line that has only begun, and one without end', () => {
    const filter = new WithoutProbeAnswers();
    const next = () => (filter.read() as Buffer | null)?.toString();
    filter.write('waiting...');
    assert.equal(next(), 'waiting...');
    filter.write('\ncordon-probe 1\n');
    assert.equal(next(), '\n');
    filter.write('x'.repeat(20_000));
    assert.equal(next()?.length, 20_000);
  });
});
