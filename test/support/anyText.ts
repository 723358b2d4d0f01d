import fc from 'fast-check';

/** Texts of any UTF-16 units, halves of pairs included; fast-check's own take it a second to prepare. */
export function anyText(maxLength: number): fc.Arbitrary<string> {
  return fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength })
    .map((units) => String.fromCharCode(...units));
}
