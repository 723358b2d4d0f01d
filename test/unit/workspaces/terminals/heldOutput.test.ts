import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HeldOutput } from '../../../../src/workspaces/terminals/heldOutput.ts';

/** What becomes of what a holder says, in pieces of so many bytes. */
async function read(said: string, { isForNewTerminal = true, bytes = 1 } = {}) {
  let begun = 0;
  const output = new HeldOutput({ isForNewTerminal, onBegin: () => begun++ });
  const pieces = Buffer.from(said)
    .toString('latin1')
    .match(new RegExp(`[^]{1,${bytes}}`, 'g'));
  let shown = '';
  output.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  await pipeline(Readable.from((pieces ?? []).map((piece) => Buffer.from(piece, 'latin1'))), output);
  return { shown, begun, position: output.position };
}

describe('what a holder of a terminal says', () => {
  for (const bytes of [1, 3, 1000])
    it(`is shown after its first line, in pieces of ${bytes} bytes`, async () => {
      assert.deepEqual(await read('cordon 0 0\n$ ls\r\n', { bytes }), {
        ...{ shown: '$ ls\r\n', begun: 1, position: 6 },
      });
      assert.deepEqual(await read('cordon 100 7\nold\u001b[6nnew\u001b[6n', { bytes }), {
        ...{ shown: 'oldnew\u001b[6n', begun: 1, position: 114 },
      });
    });

  it('is shown as it is to a terminal that has not seen it yet', async () => {
    const { shown } = await read('cordon 100 7\nold\u001b[6n', { isForNewTerminal: false });
    assert.equal(shown, 'old\u001b[6n');
  });

  for (const said of ['bash: perl: not found\n', 'x'.repeat(100), 'cordon 0 99999999\n', 'cordon -1 0\n'])
    it(`is no holder's where it begins with ${said.slice(0, 30).trim()}`, async () => {
      await assert.rejects(read(said));
    });
});
