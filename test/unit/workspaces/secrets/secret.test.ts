import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  canBeVariable,
  parseSecrets,
  requireSecretName,
  secretsText,
  withoutSecret,
  withSecret,
  type Secret,
} from '../../../../src/workspaces/secrets/secret.ts';
import { anyText } from '../../../support/anyText.ts';

const token: Secret = { name: 'TOKEN', use: 'file', value: 'abc' };
const refused = { code: 'invalidRequest' };

describe('a secret', () => {
  for (const name of ['A', '_a', 'NPM_TOKEN', 'id_ed25519', 'key.pem', 'a-b.c', 'x'.repeat(100)])
    it(`may be called ${name.slice(0, 20)}`, () => {
      requireSecretName(name);
    });

  for (const name of [
    '',
    '.',
    '..',
    '.for-x',
    '-rf',
    'a/b',
    '../a',
    'a b',
    'a\n',
    '1A',
    'é',
    'a\0',
    'x'.repeat(101),
  ])
    it(`may not be called ${JSON.stringify(name.slice(0, 20))}`, () => {
      assert.throws(() => withSecret([], { ...token, name }), refused);
    });

  it('is a variable only where its name can be one that is not ours', () => {
    assert.deepEqual(['TOKEN', '_x', 'key.pem', 'a-b', 'CORDON_SESSION_ID'].map(canBeVariable), [
      true,
      true,
      false,
      false,
      false,
    ]);
    assert.throws(() => withSecret([], { ...token, name: 'key.pem', use: 'command' }), refused);
    assert.throws(() => withSecret([], { ...token, name: 'CORDON_X', use: 'command' }), refused);
  });

  it('has text of 1 byte to 64 KiB, which no error repeats', () => {
    for (const value of ['', 'a\0b', '\ud800', 'é'.repeat(32_769)])
      assert.throws(
        () => withSecret([], { ...token, value }),
        ({ code, message }: Error & { code: string }) =>
          code === 'invalidRequest' && (value === '' || !message.includes(value)),
      );
    withSecret([], { ...token, value: 'é'.repeat(32_768) });
  });

  it('takes the place of one of the same name, in the order of names', () => {
    const two = withSecret(withSecret([], { ...token, name: 'b' }), { ...token, name: 'a' });
    assert.deepEqual(
      withSecret(two, { name: 'b', use: 'command', value: 'new' }).map(({ name, value }) => [name, value]),
      [
        ['a', 'abc'],
        ['b', 'new'],
      ],
    );
    assert.deepEqual(
      withoutSecret(two, 'a').map(({ name }) => name),
      ['b'],
    );
  });

  it('is one of at most 100, with a megabyte together', () => {
    let many: readonly Secret[] = [];
    for (let count = 0; count < 100; count++) many = withSecret(many, { ...token, name: `n${count}` });
    assert.throws(() => withSecret(many, { ...token, name: 'more' }), refused);
    assert.equal(withSecret(many, { ...token, name: 'n5' }).length, 100);
    let large: readonly Secret[] = [];
    for (let count = 0; count < 16; count++)
      large = withSecret(large, { ...token, name: `n${count}`, value: 'x'.repeat(65_536) });
    assert.throws(() => withSecret(large, { ...token, name: 'more' }), refused);
  });

  it('comes back from what is kept, and damage is no secret', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (value) => {
        const secrets: Secret[] = [{ ...token, value }];
        assert.deepEqual(parseSecrets(secretsText(secrets)), secrets);
      }),
    );
    fc.assert(
      fc.property(anyText(100), (text) => {
        assert.equal(parseSecrets(text), undefined);
      }),
    );
    for (const text of [
      '[]',
      '{"version":2,"secrets":[]}',
      '{"version":1,"secrets":[{"name":"../x","use":"file","value":"a"}]}',
    ])
      assert.equal(parseSecrets(text), undefined);
  });
});
