import assert from 'node:assert/strict';
import { withoutHomes, withoutSecrets } from '../../../src/workspaces/withoutSecrets.ts';

describe('a text without secrets', () => {
  const clean = (text: string, ...values: string[]) => withoutSecrets(text, values);

  it('has no credentials of addresses', () => {
    assert.equal(clean('tcp://user:pass@host ssh://me@box'), 'tcp://•••@host ssh://•••@box');
    assert.equal(clean('https://me:p@ss@host/a'), 'https://•••@host/a');
    assert.equal(clean('tcp://host:2375/a@b'), 'tcp://host:2375/a@b');
  });

  it('has nothing that looks like a token', () => {
    for (const secret of [`ghp_${'a'.repeat(36)}`, 'sk-0123456789abcdef', `npm_${'aB3'.repeat(12)}`])
      assert.equal(clean(`use ${secret} here`), 'use ••• here');
    assert.equal(clean('-H "Authorization: Basic dXNlcjpwYXNz"'), '-H "Authorization: ••• •••"');
    assert.equal(clean('authorization: bearer abcdefgh'), 'authorization: ••• •••');
    assert.equal(clean('Authorization: Token few'), 'Authorization: ••• •••');
    assert.equal(clean('Basic dXNlcjpwYXNz'), 'Basic •••');
  });

  for (const [text, expected] of [
    ['NPM_TOKEN=abc123 npm ci', 'NPM_TOKEN=••• npm ci'],
    ['DATABASE_URL="a b" run', 'DATABASE_URL=••• run'],
    ['"password": "hunter2", "a": 1', '"password": •••, "a": 1'],
    [String.raw`{\"token\": \"a b\"}`, String.raw`{\"token\": •••}`],
    ['api-key: 0123456789', 'api-key: •••'],
    [String.raw`{"secret": "a\"b c", "d": 1}`, '{"secret": •••, "d": 1}'],
    ['password="not closed', 'password=••• closed'],
    ['MY_SECRET=abc123 "token": "xyz789"', 'MY_SECRET=••• "token": •••'],
    ['tool --api-key k-42 --password="p w" -v', 'tool --api-key ••• --password=••• -v'],
    ["tool --password 'p w'; ls", 'tool --password •••; ls'],
    ['["tool","--password","p w","-v"]', '["tool","--password",•••,"-v"]'],
  ] as const)
    it(`has nothing that a secret's name stands before: ${text}`, () => {
      assert.equal(clean(text), expected);
    });

  it('has none of the values, however they are written', () => {
    const value = 'a "b"\\c';
    for (const written of [value, JSON.stringify(value), encodeURIComponent(value)])
      assert.doesNotMatch(clean(`it said ${written}.`, value), /b/, written);
    assert.equal(clean('it is true of an ox', 'true', 'ox'), 'it is true of an ox');
  });

  for (const text of [
    'create "demo": the profile basic isolation, basic profile',
    'npm_lifecycle_event=prepare npm ci --registry https://registry.example, see npm_config_cache',
    'a pre-auth check of the token was done',
    'git commit -m "keep the password form" --author me',
    'node --test --watch src/authors.ts PWD=/workspace',
    'docker network create sk-net, AKI',
  ])
    it(`leaves ordinary words alone: ${text}`, () => {
      assert.equal(clean(text), text);
    });

  it('is made in no time from a text without end', () => {
    const startedAt = performance.now();
    for (const part of ['x', '-', 'x=', '://', 'password ', '"', '--a ', 'basic '])
      clean(part.repeat(200_000 / part.length));
    const tookMs = performance.now() - startedAt;
    assert.ok(tookMs < 2000, `${tookMs} ms`);
  });
});

describe('a text without home folders', () => {
  const clean = withoutHomes;

  it('has none, in any way of writing it', () => {
    const home = 'C:\\Users\\Jane Doe';
    for (const text of [home, 'c:/Users/jane doe', JSON.stringify(home), 'file:///C:/Users/Jane%20Doe'])
      assert.doesNotMatch(clean(`${text}/x`, [home]), /jane/i, text);
    assert.equal(clean('/root/a /rooted/b', ['/root']), '~/a /rooted/b');
    assert.equal(clean('/home/other/a and /Users/other/b', []), '~/a and ~/b');
    assert.equal(clean('/', ['/']), '/');
  });
});
