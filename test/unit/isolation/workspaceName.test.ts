import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nameKey, parseWorkspaceName } from '../../../src/isolation/workspaceName.ts';
import { hasCode } from '../../../src/shared/errors.ts';
import { anyText } from '../../support/anyText.ts';

describe('workspace name', () => {
  const good: readonly [input: string, name: string][] = [
    ['app', 'app'],
    ['  two words\t', 'two words'],
    ['작업 공간', '작업 공간'],
    ['작업'.normalize('NFD'), '작업'],
    ['quotes "\'` and $(x), a:b', 'quotes "\'` and $(x), a:b'],
    ['❤️ 1️⃣', '❤️ 1️⃣'],
    ['...', '...'],
    ['x'.repeat(100), 'x'.repeat(100)],
    ['😀'.repeat(100), '😀'.repeat(100)],
    ['__proto__', '__proto__'],
  ];
  for (const [input, name] of good) {
    it(`takes ${JSON.stringify(input.slice(0, 30))}`, () => {
      assert.equal(parseWorkspaceName(input), name);
    });
  }

  const bad: readonly [what: string, input: unknown][] = [
    ['nothing', ''],
    ['white space', ' \u00a0\u3000\t\n'],
    ['a lone variation selector', '\uFE0F'],
    ['101 characters', 'x'.repeat(101)],
    ['101 emoji', '😀'.repeat(101)],
    ['a million characters', 'x'.repeat(1_000_000)],
    ['a NUL', 'a\0b'],
    ['a line break', 'a\nb'],
    ['an escape sequence', 'a\u001b[31mb'],
    ['a C1 control', 'a\u0085b'],
    ['a slash', 'a/b'],
    ['a backslash', 'a\\b'],
    ['a zero-width space', 'a\u200bb'],
    ['a zero-width joiner', 'a\u200db'],
    ['a right-to-left override', 'a\u202eb'],
    ['an isolate', 'a\u2066b'],
    ['a line separator', 'a\u2028b'],
    ['a paragraph separator', 'a\u2029b'],
    ['a soft hyphen', 'a\u00adb'],
    ['a tag character', 'a\u{e0041}b'],
    ['a Hangul filler', 'a\u3164b'],
    ['a blank Braille pattern', 'a\u2800b'],
    ['a lone surrogate', 'a\ud800b'],
    ['one dot', '.'],
    ['two dots', ' .. '],
    ['a number', 7],
    ['missing', undefined],
    ['an object', { toString: () => 'app' }],
  ];
  for (const [what, input] of bad) {
    it(`refuses ${what} with a sentence`, () => {
      assert.throws(() => parseWorkspaceName(input), { code: 'invalidName', message: /^[A-Z].*\.$/ });
    });
  }

  it('is kept as it is when parsed again, and never holds what was refused', () => {
    fc.assert(
      fc.property(anyText(120), (input) => {
        let name: string;
        try {
          name = parseWorkspaceName(input);
        } catch (error) {
          return hasCode(error, 'invalidName');
        }
        return parseWorkspaceName(name) === name && !/[\p{Cc}\p{Cs}/\\]/u.test(name);
      }),
    );
  });
});

describe('name key', () => {
  const same: readonly [a: string, b: string][] = [
    ['App', 'app'],
    ['app', 'ａｐｐ'],
    ['my app', 'my \u00a0 app'],
    ['paypal', 'раураl'],
    ['paypal', 'PАYPАL'],
    ['omega', 'οmega'],
    ['KIM', 'ΚΙΜ'],
    ['straße', 'STRASSE'],
    ['ﬁle', 'file'],
    ['v0', 'vo'],
    ['app1', 'appl'],
    ['a-b', 'a\u2010b'],
    ['a-b', 'a–b'],
    ["it's", 'it’s'],
    ['ℌello', 'Hello'],
    ['❤️', '❤'],
    ['작업', '작업'.normalize('NFD')],
  ];
  for (const [a, b] of same) {
    it(`is the same for ${a} and ${b}`, () => {
      assert.equal(nameKey(a), nameKey(b));
    });
  }

  const different: readonly [a: string, b: string][] = [
    ['app', 'apps'],
    ['app 1', 'app 2'],
    ['a b', 'ab'],
    ['작업', '작엄'],
    ['café', 'cafe'],
  ];
  for (const [a, b] of different) {
    it(`differs for ${a} and ${b}`, () => {
      assert.notEqual(nameKey(a), nameKey(b));
    });
  }
});
