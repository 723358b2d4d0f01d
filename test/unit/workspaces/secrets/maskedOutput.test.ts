import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { maskedOutput, SecretMask } from '../../../../src/workspaces/secrets/maskedOutput.ts';
import { maskValues } from '../../../../src/workspaces/withoutSecrets.ts';

/** What is shown of a text that comes in these pieces. */
function shown(values: readonly string[], ...pieces: readonly string[]): string {
  const mask = new SecretMask(values);
  return pieces.map((piece) => mask.next(piece)).join('') + mask.end();
}

const few = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n'), maxLength: 40 });

describe('a masked output', () => {
  it('has no value in it, wherever it is cut', () => {
    const all = 'before tok-12345 after tok-12345';
    for (let at = 0; at <= all.length; at++)
      assert.equal(shown(['tok-12345'], all.slice(0, at), all.slice(at)), 'before ••• after •••');
    assert.equal(shown(['tok-12345'], ...Array.from(all)), 'before ••• after •••');
  });

  it('has all else in it, at the latest at its end', () => {
    const mask = new SecretMask(['secret']);
    assert.equal(mask.next('no sec'), 'no ');
    assert.equal(mask.next('ond'), 'second');
    assert.equal(mask.next('s'), '');
    assert.equal(mask.end(), 's');
  });

  it('masks a longer value whole where a shorter one is its begin', () => {
    assert.equal(shown(['abcd', 'abcdefgh'], 'x abcd', 'efgh y'), 'x ••• y');
    assert.equal(shown(['abcd', 'abcdefgh'], 'x abcd', 'e y'), 'x •••e y');
  });

  it('never shows a value, however values and pieces are', () => {
    fc.assert(
      fc.property(fc.array(few, { maxLength: 4 }), fc.array(few, { maxLength: 8 }), (values, pieces) => {
        const output = shown(values, ...pieces);
        for (const value of values) if (value.trim().length >= 4) assert.ok(!output.includes(value.trim()));
        if (values.every((value) => maskValues(pieces.join(''), [value]) === pieces.join('')))
          assert.equal(output, pieces.join(''));
      }),
    );
  });

  it('knows a value of several lines in a terminal, by line, in JSON and in an address', () => {
    const key = '-----BEGIN KEY-----\nZm9vYmFyYmF6\n-----END KEY-----\n';
    for (const printed of [key, key.replaceAll('\n', '\r\n'), JSON.stringify(key), encodeURIComponent(key)])
      assert.doesNotMatch(shown([key], printed), /Zm9v/);
    assert.equal(shown([key], 'line: Zm9vYmFyYmF6'), 'line: •••');
  });

  it('masks a long value piece by piece, and keeps short words', () => {
    const long = Array.from({ length: 3000 }, (_, index) => index.toString(36)).join('.');
    const output = shown([long], 'a', long.slice(0, 5000), long.slice(5000), 'b');
    assert.match(output, /^a•+b$/);
    assert.equal(shown(['abc', 'true', ''], 'abc true'), 'abc true');
  });

  it('keeps characters whole that are cut in two', async () => {
    const bytes = Buffer.from('é geheim-é é');
    const pieces = [...bytes].map((byte) => Buffer.from([byte]));
    assert.equal(await text(maskedOutput(Readable.from(pieces), ['geheim-é'])), 'é ••• é');
  });

  it('is the output itself where there is nothing to mask, and ends with it', async () => {
    const output = Readable.from(['x']);
    assert.equal(maskedOutput(output, ['abc']), output);
    const broken = new Readable({ read: () => undefined });
    const masked = maskedOutput(broken, ['secret']);
    broken.destroy(new Error('lost'));
    await assert.rejects(text(masked), /lost/);
    const left = new Readable({ read: () => undefined });
    maskedOutput(left, ['secret']).destroy();
    await new Promise((done) => left.once('close', done));
  });
});
