import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { StartFailure } from '../../../src/docker/startFailure.ts';

describe('what an engine writes for a program', () => {
  const saidOf = (output: string | Buffer, exitCode = 126) => {
    const connection = new PassThrough();
    const failure = new StartFailure(connection);
    connection.emit('data', Buffer.from(output));
    return failure.words(exitCode);
  };
  const framed = (text: string) =>
    Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, text.length]), Buffer.from(text)]);

  for (const words of [
    'OCI runtime exec failed: exec failed: "nope": executable file not found in $PATH: unknown',
    'cannot exec in a paused state: unknown',
    'cannot exec in a stopped state: unknown',
  ])
    it(`is told from its own output: ${words}`, () => {
      assert.equal(saidOf(`${words}\r\n`), `${words} `);
      assert.equal(saidOf(framed(`${words}\r\n`)), `${words} `);
      assert.equal(saidOf(words, 1), undefined);
      assert.equal(saidOf(`# ${words}`), undefined);
      assert.equal(saidOf(words + 'x'.repeat(5000)), undefined);
    });
});
