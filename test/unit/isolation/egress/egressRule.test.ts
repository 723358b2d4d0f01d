import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatEgressRule, parseEgressRule } from '../../../../src/isolation/egress/egressRule.ts';
import { CordonError } from '../../../../src/shared/errors.ts';

const allow = (text: string) => parseEgressRule(text, 'allow');

function refused(text: unknown, sentence: RegExp) {
  assert.throws(
    () => allow(text as string),
    (error: unknown) =>
      error instanceof CordonError && error.code === 'invalidRequest' && sentence.test(error.message),
    String(text),
  );
}

describe('a rule of a filtered network', () => {
  it('is a name, with as much of a request as it is limited to', () => {
    assert.deepEqual(allow('registry.npmjs.org'), { verdict: 'allow', host: 'registry.npmjs.org' });
    assert.deepEqual(parseEgressRule(' *.example.org:8443 ', 'deny'), {
      verdict: 'deny',
      host: '*.example.org',
      port: 8443,
    });
    assert.deepEqual(allow('get deb.example.org:8080/debian'), {
      verdict: 'allow',
      host: 'deb.example.org',
      port: 8080,
      method: 'GET',
      pathPrefix: '/debian',
    });
    assert.deepEqual(allow('deb.example.org/'), { verdict: 'allow', host: 'deb.example.org' });
  });

  it('has its name in lower case, and in the letters that are looked up', () => {
    assert.equal(allow('Registry.NPMJS.org').host, 'registry.npmjs.org');
    assert.equal(allow('bücher.example').host, 'xn--bcher-kva.example');
    assert.equal(allow('*.BÜCHER.example').host, '*.xn--bcher-kva.example');
    // Cyrillic, which looks like apple.com and is another name
    assert.equal(allow('аррӏе.com').host, 'xn--80ak6aa92e.com');
    assert.equal(allow('ｇｉｔｈｕｂ.com').host, 'github.com');
  });

  it('cannot be about all names, or about names that anybody can get', () => {
    for (const text of ['*.com', '*.co.uk', '*.github.io', '*.cloudfront.net', '*.internal', '*.ck'])
      refused(text, /Anybody can get a name below|whole name/);
    for (const text of ['*', '*.', '.', '*.*.org', 'a*.example.org', 'a.*.org', '**.example.org'])
      refused(text, /cannot be used/);
    for (const text of [
      '*.amazonaws.com',
      '*.us-east-1.amazonaws.com',
      '*.windows.net',
      '*.core.windows.net',
    ])
      refused(text, /Anybody can get a name below .*one by one/);
    for (const text of [
      '*.nip.io',
      '*.10.0.0.1.nip.io',
      '*.fastly.net',
      '*.map.fastly.net',
      '*.s3.wasabisys.com',
    ])
      refused(text, /cannot be used/);
    for (const text of ['*.azurewebsites.net', '*.herokuapp.com', '*.compute.amazonaws.com', '*.hedmark.no'])
      refused(text, /Anybody can get a name below/);
    for (const text of ['*.npmjs.org', '*.example.com', '*.debian.org', '*.me.s3.amazonaws.com', 'nip.io'])
      assert.equal(allow(text).host, text);
    assert.equal(allow('*.someone.github.io').host, '*.someone.github.io');
    assert.equal(allow('*.example.co.uk').host, '*.example.co.uk');
  });

  it('can deny names that anybody can get', () => {
    for (const text of ['*.github.io', '*.amazonaws.com', '*.co.uk'])
      assert.equal(parseEgressRule(text, 'deny').host, text);
  });

  it('cannot be about an address, however it is written', () => {
    for (const text of [
      '1.2.3.4',
      '2130706433',
      '0x7f000001',
      '0x7f.1',
      '0177.0.0.1',
      '127.1',
      '１２７.0.0.1',
      '127。0。0。1',
      'example.1',
      'example.0x1f',
      'example.0x',
      '[::1]',
      '::1',
      '[::ffff:127.0.0.1]',
      '*.1.2.3.4',
    ])
      refused(text, /cannot be used/);
  });

  it('is refused with what to do when it is something else', () => {
    refused('example.org.', /without a dot at its end/);
    refused('localhost', /whole name/);
    refused('registry', /whole name/);
    refused('https://example.org', /cannot be used/);
    refused('user:secret@example.org', /cannot be used/);
    refused('user@example.org', /cannot be used/);
    refused('example.org:0', /from 1 to 65535/);
    refused('example.org:65536', /from 1 to 65535/);
    refused('example.org:22x', /Write a rule as a name/);
    refused('CONNECT example.org', /Write the name alone/);
    refused('exa mple.org', /one of GET, HEAD/);
    refused('GET POST example.org', /Write a rule as a name/);
    refused('-a.example.org', /not a name/);
    refused('a..example.org', /not a name/);
    refused(`${'a'.repeat(64)}.example.org`, /not a name/);
    refused(`${'a.'.repeat(125)}example.org`, /not a name/);
    refused('a'.repeat(10_000), /at most 512/);
    refused('', /Write a rule as a name/);
    refused(undefined, /cannot be used/);
    refused(42, /cannot be used/);
    for (const path of ['/a/../b', '/./a', '//a', '/a//b', '/a%2fb', '/a?b', '/a#b', '/a\\b', '/ä', '/a/..'])
      refused(`example.org${path}`, /cannot be used/);
    refused('example.org/a;b/c', /no "\/" may follow a ";"/);
    assert.equal(allow('example.org/a/b;c').pathPrefix, '/a/b;c');
    assert.equal(parseEgressRule('example.org/a;b/c', 'deny').pathPrefix, '/a;b/c');
  });

  it('cannot bring anything into the sentence that refuses it but its own text, quoted and short', () => {
    assert.throws(
      () => allow(`a"\n\u202eb${'x'.repeat(400)}`),
      (error: Error) => !error.message.includes('\n') && error.message.length < 300,
    );
  });

  it('is either refused or reads the same again from how it is written, whatever the text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.stringMatching(/^([A-Z]{1,5} )?(\*\.)?[a-zA-Z\d.%@:-]{1,30}(:\d{1,6})?(\/[\w./%-]{0,10})?$/),
      fc.webUrl(),
      fc.ipV4Extended(),
      fc.ipV6(),
      fc.domain(),
    );
    fc.assert(
      fc.property(text, fc.constantFrom('allow', 'deny'), (written, verdict) => {
        let rule;
        try {
          rule = parseEgressRule(written, verdict);
        } catch (error) {
          assert.ok(error instanceof CordonError && error.code === 'invalidRequest');
          return;
        }
        assert.match(rule.host, /^(\*\.)?([a-z\d_-]+\.)+[a-z\d_-]+$/);
        assert.doesNotMatch(rule.host, /\.\d+$/);
        assert.deepEqual(parseEgressRule(formatEgressRule(rule), verdict), rule);
      }),
      { numRuns: 500 },
    );
  });
});
