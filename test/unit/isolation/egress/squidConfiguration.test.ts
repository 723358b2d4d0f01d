import assert from 'node:assert/strict';
import fc from 'fast-check';
import { rulesOf } from '../../../../src/isolation/egress/egressPolicy.ts';
import {
  proxyCommand,
  proxyConfigurationVariable,
  proxyReload,
  proxyTmpfs,
  proxyUser,
  endOfConfiguration,
} from '../../../../src/isolation/egress/proxyProgram.ts';
import { squidConfiguration } from '../../../../src/isolation/egress/squidConfiguration.ts';

const configured = (allow: readonly string[], deny: readonly string[] = []) =>
  squidConfiguration(rulesOf({ presets: [], allow, deny })).split('\n');
const decisions = (lines: readonly string[]) =>
  lines.filter((line) => /^(acl (\w+\d|denied_by_rule|allowed_by_rule) |http_access )/.test(line));

describe('the configuration of a proxy', () => {
  it('denies everything without a rule', () => {
    assert.deepEqual(decisions(configured([])), [
      'acl denied_by_rule all-of !all',
      'http_access deny manager mark_protocol',
      'http_access deny !tunnel !plain mark_protocol',
      'http_access deny denied_by_rule mark_denied',
      'http_access deny mark_rule',
      'http_access deny all',
    ]);
  });

  it('denies first, then allows names that lead to the internet', () => {
    const lines = configured(
      ['a.example.org', 'b.example.org', '*.c.example.org:8443', 'GET deb.example.org/debian'],
      ['d.example.org', '*.e.example.org', 'f.example.org:8080', 'POST g.example.org/up'],
    );
    assert.deepEqual(decisions(lines), [
      'acl denied_by_rule all-of !all',
      'acl names0 dstdomain -n d.example.org',
      String.raw`acl below0 dstdom_regex -n \.e\.example\.org$`,
      'acl denied_by_rule all-of names0',
      'acl denied_by_rule all-of below0',
      'acl port1 port 8080',
      'acl names1 dstdomain -n f.example.org',
      'acl denied_by_rule all-of port1 names1',
      'acl method2 method POST',
      'acl path2 urlpath_regex -i ^/+up([/?;#]|$)',
      'acl names2 dstdomain -n g.example.org',
      'acl denied_by_rule all-of !tunnel method2 path2 names2',
      'acl denied_by_rule all-of !tunnel method2 odd_path names2',
      'acl denied_by_rule all-of !tunnel !known_method path2 names2',
      'acl denied_by_rule all-of !tunnel !known_method odd_path names2',
      'acl denied_by_rule all-of tunnel !port_tls names2',
      'acl names3 dstdomain -n a.example.org b.example.org',
      'acl allowed_by_rule all-of tunnel port_tls names3',
      'acl allowed_by_rule all-of !tunnel port_http names3',
      'acl port4 port 8443',
      String.raw`acl below4 dstdom_regex -n \.c\.example\.org$`,
      'acl allowed_by_rule all-of port4 below4',
      'acl method5 method GET',
      'acl path5 urlpath_regex ^/debian([/?;#]|$)',
      'acl names5 dstdomain -n deb.example.org',
      'acl allowed_by_rule all-of !tunnel port_http method5 path5 !odd_path names5',
      'http_access deny manager mark_protocol',
      'http_access deny !tunnel !plain mark_protocol',
      'http_access deny denied_by_rule mark_denied',
      'http_access deny !allowed_by_rule mark_rule',
      'http_access deny question goes_nowhere mark_asked',
      'http_access deny !resolved mark_unresolved',
      'http_access deny elsewhere mark_address',
      'http_access deny !announced',
      'http_access deny !resolved mark_unresolved',
      'http_access deny elsewhere mark_address',
      'http_access allow mark_allowed',
      'http_access deny mark_rule',
      'http_access deny all',
    ]);
  });

  it('is the same but for the rules, and ends with the line that tells it is whole', () => {
    const rest = (lines: readonly string[]) =>
      lines.filter((line) => !decisions(lines).includes(line) && !line.startsWith('# '));
    assert.deepEqual(rest(configured(['a.example.org'], ['GET b.example.org'])), rest(configured([])));
    assert.equal(configured([]).at(-2), endOfConfiguration);
  });

  it('holds no line that a rule could write, whatever the rule', () => {
    const known =
      /^(acl (names|below|port|method|path)\d+ (dstdomain -n|dstdom_regex -n|port|method|urlpath_regex( -i)?) [!-~]+( [!-~]+)*|acl (allowed|denied)_by_rule all-of [!\w ]+)$/;
    const mark = /^# (allow|deny) ((GET|POST) )?[*.a-z\d-]+(:\d+)?(\/[!-~]*)?$/;
    const frame = new Set([...configured([]), ...configured(['a.example.org'])]);
    const text = fc.stringMatching(
      /^((GET|POST) )?(\*\.)?[a-z]{1,9}\.[a-z\d-]{1,9}\.(org|net)(:\d{1,5})?(\/[ -~]{0,10})?$/,
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), (texts) => {
        let lines;
        try {
          lines = configured(texts, texts);
        } catch {
          return;
        }
        for (const line of lines) assert.ok(frame.has(line) || known.test(line) || mark.test(line), line);
      }),
    );
  });

  it('fits into the variable that brings it, and into a line each, or is refused', () => {
    const names = Array.from({ length: 500 }, (_, index) => `name-${index}.some-where.example.org`);
    const text = configured(names).join('\n');
    assert.ok(`${proxyConfigurationVariable}=${text}`.length < 128 * 1024);
    for (const line of text.split('\n')) assert.ok(line.length < 2048);
    const long = names.map((name) => `GET ${name}/${'a.b'.repeat(100)}`);
    assert.throws(() => configured(long), { code: 'invalidRequest' });
  });

  it('says the rules as people write them, by which a narrower configuration is told', () => {
    assert.deepEqual(
      configured(['b.example.org', 'GET a.example.org/x'], ['*.c.example.org:22']).slice(0, 3),
      ['# deny *.c.example.org:22', '# allow b.example.org', '# allow GET a.example.org/x'],
    );
  });
});

describe('the program of a proxy', () => {
  it('reads its configuration from the variable, keeps it where only it can read, and becomes squid', () => {
    const [shell, option, script = ''] = proxyCommand();
    assert.deepEqual([shell, option], ['/bin/sh', '-c']);
    assert.ok(script.includes(`"$${proxyConfigurationVariable}"`));
    assert.match(script, /squid -N -f \/run\/cordon\/squid\.conf &/);
    assert.deepEqual(Object.keys(proxyTmpfs), ['/run/cordon']);
    assert.equal(proxyUser, '13:13');
  });

  it('takes another configuration only whole and without errors', () => {
    const script = proxyReload()[2] ?? '';
    const steps = [endOfConfiguration, 'squid -k parse', 'putInForce "$next"'];
    assert.deepEqual(
      steps.map((step) => script.indexOf(step)).toSorted((a, b) => a - b),
      steps.map((step) => script.indexOf(step)),
    );
    assert.ok(script.includes('set -e'));
    assert.match(script, /\nputInForce "\$next" "\$before"\nrm "\$mine"$/);
  });
});
