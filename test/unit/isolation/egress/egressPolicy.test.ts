import assert from 'node:assert/strict';
import {
  mostEgressRules,
  rulesOf,
  type EgressPolicy,
} from '../../../../src/isolation/egress/egressPolicy.ts';
import { egressPresetNames, type EgressPreset } from '../../../../src/isolation/egress/egressPreset.ts';
import { egressPresets } from '../../../../src/isolation/egress/egressPresets.ts';
import { formatEgressRule } from '../../../../src/isolation/egress/egressRule.ts';

const policy = (part: Partial<EgressPolicy>): EgressPolicy => ({ presets: [], allow: [], deny: [], ...part });
const presets = egressPresetNames;

describe('the policy of a filtered network', () => {
  it('allows nothing when it says nothing', () => {
    assert.deepEqual(rulesOf(policy({})), []);
  });

  it('is its denied rules, then its presets, then its own allowed ones, each once', () => {
    const rules = rulesOf(
      policy({
        presets: ['documentation', 'documentation'],
        allow: ['a.example.org', 'A.example.org', 'docs.rs'],
        deny: ['a.example.org'],
      }),
    );
    assert.deepEqual(
      rules.map((rule) => `${rule.verdict} ${formatEgressRule(rule)}`),
      [
        'deny a.example.org',
        ...egressPresets.documentation.map((name) => `allow ${name}`),
        'allow a.example.org',
      ],
    );
  });

  it('is refused as a whole for one wrong rule, one unknown preset, or more rules than anybody looks at', () => {
    assert.throws(() => rulesOf(policy({ allow: ['a.example.org', '*'] })), { code: 'invalidRequest' });
    assert.throws(() => rulesOf(policy({ deny: ['10.0.0.1'] })), { code: 'invalidRequest' });
    for (const name of ['everything', '__proto__', 'constructor', ''])
      assert.throws(() => rulesOf(policy({ presets: [name as EgressPreset] })), /no list of names/);
    const many = Array.from({ length: mostEgressRules + 1 }, (_, index) => `a${index}.example.org`);
    assert.throws(() => rulesOf(policy({ allow: many })), /at most 500/);
    assert.equal(rulesOf(policy({ allow: many.slice(1) })).length, mostEgressRules);
  });

  it('has presets that are rules, written as Cordon writes them, without duplicates', () => {
    for (const preset of presets) {
      const rules = rulesOf(policy({ presets: [preset] }));
      assert.deepEqual(rules.map(formatEgressRule), egressPresets[preset], preset);
    }
  });
});
