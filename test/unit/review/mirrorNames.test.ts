import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nameFromMirror, nameInMirror } from '../../../src/review/mirrorNames.ts';

/** What the least particular disk takes for the same is the same here. */
const folded = (name: Buffer) => {
  const fold = (text: string) => text.normalize('NFKD').toUpperCase().toLowerCase();
  return fold(fold(name.toString()));
};

/** Bytes of names, with what is spelled in several ways, and halves of it, more often than chance would have it. */
const anyName = fc
  .array(
    fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 3 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom(
          ...'aAkKsSſK^%=.~ éÉßﬁ한글각ガがか漢\u0301\u3099\u1100\u1161\u11a8\u212b😀'.match(/./gu)!,
        )
        .map((text) => Buffer.from(text)),
      fc.constantFrom('e\u0301', '\u1112\u1161\u11ab', '%41%', '^a', '=a').map((text) => Buffer.from(text)),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((pieces) => Buffer.concat(pieces))
  .filter((name) => !name.includes(0) && !name.includes('/'))
  .filter((name) => !['.', '..'].includes(name.toString()));

describe('names in a mirror', () => {
  it('come back as the very same bytes, also from disks that spell them in their own way', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const inMirror = nameInMirror(name);
        assert.deepEqual(nameFromMirror(inMirror), name);
        assert.deepEqual(nameFromMirror(Buffer.from(inMirror.toString().normalize('NFD'))), name);
        assert.equal(Buffer.from(inMirror.toString()).equals(inMirror), true, 'it is text');
      }),
    );
  });

  it('are never the same to a disk, whatever that takes for the same', () => {
    fc.assert(
      fc.property(anyName, anyName, (one, other) => {
        if (!one.equals(other)) assert.notEqual(folded(nameInMirror(one)), folded(nameInMirror(other)));
      }),
      { numRuns: 2000 },
    );
    const same = ['README.md', 'README.MD', 'readme.md', 'ReadMe.md', 'reaDme.md'];
    const more = [
      'é',
      'É',
      'e\u0301',
      'E\u0301',
      's',
      'ſ',
      'S',
      'k',
      'K',
      '\u212a',
      'ß',
      'ss',
      'SS',
      'ﬁ',
      'fi',
    ];
    const hangul = ['한', '\u1112\u1161\u11ab', '하\u11ab', 'が', 'か\u3099'];
    const all = [...same, ...more, ...hangul].map((name) => folded(nameInMirror(Buffer.from(name))));
    assert.equal(new Set(all).size, all.length);
  });

  it('stay as they are where they can, and short where that matters', () => {
    for (const name of ['a.txt', '.cordon-0f', 'with space (1)', '한국어 문서.txt', '日本語', 'ひらがな'])
      assert.equal(nameInMirror(Buffer.from(name)).toString(), name);
    for (const [name, wanted] of [
      ['README.md', '^r^e^a^d^m^e.md'],
      ['100%', '100%25%'],
      ['..x', '%2e%.x'],
      ['é', '%c3a9%'],
      ['한글'.normalize('NFD'), '=한글'],
    ] as const)
      assert.equal(nameInMirror(Buffer.from(name)).toString(), wanted);
    // So many bytes has a name of the most Korean syllables, however they are spelled.
    assert.equal(nameInMirror(Buffer.from('각'.repeat(85))).length, 255);
    assert.ok(nameInMirror(Buffer.from('각'.repeat(28).normalize('NFD'))).length <= 255);
  });

  it('are none where somebody else made them', () => {
    for (const name of ['A', '.DS_Store', '%', '%4%', '%61%', '%C3A9%', '^é', '=a', 'é', '..', '^'])
      assert.equal(nameFromMirror(Buffer.from(name)), undefined, name);
    assert.equal(nameFromMirror(Buffer.from([0x61, 0xff])), undefined);
  });
});
