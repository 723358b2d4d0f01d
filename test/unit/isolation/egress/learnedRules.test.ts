import assert from 'node:assert/strict';
import fc from 'fast-check';
import { learnedRules } from '../../../../src/isolation/egress/learnedRules.ts';
import { parseEgressRule } from '../../../../src/isolation/egress/egressRule.ts';

function rulesFor(reached: readonly string[], allowed: readonly string[] = []): readonly string[] {
  const names = reached.map((text) => {
    const [host = '', port = '443'] = text.split(':');
    return { host, port: Number(port), method: port === '80' ? 'GET' : 'CONNECT' };
  });
  return learnedRules(
    names,
    allowed.map((text) => parseEgressRule(text, 'allow')),
  ).map(({ rule }) => rule);
}

describe('rules that are learned', () => {
  it('are the names that were reached, with a port where it is another one, each once', () => {
    assert.deepEqual(rulesFor(['b.example.org', 'a.example.org:80', 'a.example.org', 'a.example.org:8443']), [
      'a.example.org',
      'a.example.org:8443',
      'b.example.org',
    ]);
  });

  it('are none of names of which there can be no rule', () => {
    assert.deepEqual(rulesFor(['foo.123', 'x.0x7f', '-a.example.org', 'a.-b', 'localhost', '10.0.0.1']), []);
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z\d_.x-]{1,20}$/), (host) => {
        for (const rule of rulesFor([host])) assert.equal(parseEgressRule(rule, 'allow').host, host);
      }),
    );
  });

  it('leave out what is allowed already', () => {
    const allowed = ['a.example.org', '*.example.net', 'b.example.org:8443', 'GET c.example.org'];
    assert.deepEqual(
      rulesFor(
        [
          'a.example.org',
          'x.example.net',
          'b.example.org:8443',
          'b.example.org',
          'c.example.org:80',
          'a.example.org:22',
        ],
        allowed,
      ),
      ['a.example.org:22', 'b.example.org', 'c.example.org'],
    );
  });

  it('are one for many names of one domain, and never for names of several owners', () => {
    const many = ['a', 'b', 'c', 'd'];
    assert.deepEqual(rulesFor([...many.map((name) => `${name}.cdn.example.org`), 'example.org']), [
      '*.example.org',
      'example.org',
    ]);
    assert.deepEqual(
      rulesFor(many.map((name) => `${name}.github.io`)),
      many.map((name) => `${name}.github.io`),
    );
    for (const shared of [
      's3.us-east-1.amazonaws.com',
      'amazonaws.com',
      'windows.net',
      'nip.io',
      'fastly.net',
    ])
      assert.deepEqual(
        rulesFor(many.map((name) => `${name}.${shared}`)),
        many.map((name) => `${name}.${shared}`),
      );
    assert.equal(rulesFor(many.slice(1).map((name) => `${name}.example.org`)).length, 3);
  });

  it('are about no address, and every one of them can be used', () => {
    const reached = ['93.184.216.34', '[2606:2800:220:1::1]', 'localhost', 'a.example.org', 'com'];
    assert.deepEqual(rulesFor(reached), ['a.example.org']);
    for (const rule of rulesFor(['xn--bcher-kva.example', 'a_b.example.org', 'a.co.uk', 'b.co.uk']))
      assert.ok(parseEgressRule(rule, 'allow'));
  });
});
