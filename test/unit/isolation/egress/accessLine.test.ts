import assert from 'node:assert/strict';
import fc from 'fast-check';
import { accessLineMark, parseAccessLine } from '../../../../src/isolation/egress/accessLine.ts';

const line = `${accessLineMark} 1795937059.961 10.213.0.2 56694 CONNECT registry.npmjs.org 443 200 3337 517 6 allowed`;

describe('a line of the log of a proxy', () => {
  it('tells a try', () => {
    assert.deepEqual(parseAccessLine(`${line}\n`), {
      atMs: 1_795_937_059_961,
      client: '10.213.0.2',
      clientPort: 56694,
      method: 'CONNECT',
      host: 'registry.npmjs.org',
      port: 443,
      isOpen: false,
      verdict: 'allowed',
      reason: 'allowed',
      receivedBytes: 3337,
      sentBytes: 517,
      durationMs: 6,
      status: 200,
    });
  });

  it('tells of a try that is let through when it begins', () => {
    const seen = parseAccessLine(line.replace('200 3337 517 6 allowed', '0 0 0 0 begun'));
    assert.deepEqual(
      { isOpen: seen?.isOpen, verdict: seen?.verdict, status: seen?.status, sentBytes: seen?.sentBytes },
      { isOpen: true, verdict: 'allowed', status: 0, sentBytes: 0 },
    );
  });

  it('tells why a try was denied, and takes anything but an allowed one for denied', () => {
    for (const [note, reason] of [
      ['rule', 'rule'],
      ['address', 'address'],
      ['unresolved', 'unresolved'],
      ['protocol', 'protocol'],
      ['-', 'malformed'],
      ['new', 'malformed'],
    ]) {
      const seen = parseAccessLine(line.replace(/allowed$/, note ?? ''));
      assert.equal(seen?.verdict, 'denied');
      assert.equal(seen.reason, reason);
    }
  });

  it('tells of a request that was none without a name', () => {
    const seen = parseAccessLine(`${accessLineMark} 1795937059.961 10.213.0.2 1 - - - 400 0 0 0 -`);
    assert.equal(seen?.host, '');
    assert.equal(seen.method, '');
    assert.equal(seen.port, 0);
    assert.equal(seen.verdict, 'denied');
  });

  it('tells of a method and a name whatever printable characters they are made of, as long as they can be', () => {
    const printable = Array.from({ length: 94 }, (_, index) => String.fromCharCode(0x21 + index));
    for (const text of [...printable.map((character) => `A${character}`), '%5E'.repeat(32)])
      assert.equal(parseAccessLine(line.replace('CONNECT', () => text))?.method, text, text);
    for (const text of [...printable.map((character) => `a${character.toLowerCase()}`), '%7e'.repeat(255)])
      assert.equal(parseAccessLine(line.replace('registry.npmjs.org', () => text))?.host, text, text);
  });

  it('is nothing when anything in it is not as the proxy writes it', () => {
    for (const text of [
      '',
      'hello',
      ` ${line}`,
      `${line} `,
      `${line}\n${line}`,
      line.replace('443', '70000'),
      line.replace('CONNECT', 'CON NECT'),
      line.replace('npmjs', 'npm js'),
      line.replace('npmjs', '\u202e'),
      line.replace('npmjs', 'a'.repeat(800)),
      line.replace('1795937059.961', 'NaN'),
      line.slice(0, -8),
      line.repeat(100),
    ])
      assert.equal(parseAccessLine(text), undefined, text);
  });

  it('is read or not without an error, within bounds, whatever it holds', () => {
    const fields = line.split(' ');
    const mangled = fc
      .tuple(fc.nat(fields.length - 1), fc.string({ unit: 'binary', maxLength: 300 }))
      .map(([index, text]) => fields.with(index, text).join(' '));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), mangled), (text) => {
        const seen = parseAccessLine(text);
        if (seen === undefined) return;
        assert.match(seen.host, /^[!-~]{0,768}$/);
        assert.match(seen.method, /^[!-~]{0,96}$/);
        for (const number of [
          seen.atMs,
          seen.port,
          seen.receivedBytes,
          seen.sentBytes,
          seen.durationMs,
          seen.status,
          seen.clientPort,
        ])
          assert.ok(Number.isSafeInteger(number) && number >= 0);
      }),
      { numRuns: 300 },
    );
    assert.equal(parseAccessLine(undefined as unknown as string), undefined);
  });
});
