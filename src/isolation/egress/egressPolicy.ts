import * as l10n from '@vscode/l10n';
import { CordonError } from '../../shared/errors.ts';
import type { EgressPreset } from './egressPreset.ts';
import { egressPresets } from './egressPresets.ts';
import { formatEgressRule, parseEgressRule, type EgressRule } from './egressRule.ts';

/** What a filtered network lets out, as records, settings and the API carry it. Denied rules win. */
export interface EgressPolicy {
  readonly presets: readonly EgressPreset[];
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** More rules than this, presets included, are no list that a person has looked at. */
export const mostEgressRules = 500;

/** The rules of a policy, each once, denied ones first. Throws `invalidRequest` and names the first wrong one. */
export function rulesOf({ presets, allow, deny }: EgressPolicy): readonly EgressRule[] {
  const allowed = [...[...new Set(presets)].flatMap((preset) => presetRules(preset)), ...allow];
  const rules = [
    ...deny.map((text) => parseEgressRule(text, 'deny')),
    ...allowed.map((text) => parseEgressRule(text, 'allow')),
  ];
  const unique = new Map(rules.map((rule) => [`${rule.verdict} ${formatEgressRule(rule)}`, rule]));
  if (unique.size > mostEgressRules)
    throw new CordonError(
      'invalidRequest',
      l10n.t(
        'A workspace can have at most {0} rules for its network, and these are {1}.',
        mostEgressRules,
        unique.size,
      ),
    );
  return [...unique.values()];
}

function presetRules(preset: EgressPreset): readonly string[] {
  // a record or another extension can name one that this version does not know
  const known: Readonly<Partial<Record<string, readonly string[]>>> = egressPresets;
  const rules = Object.hasOwn(known, preset) ? known[preset] : undefined;
  if (rules === undefined)
    throw new CordonError('invalidRequest', l10n.t('There is no list of names called "{0}".', preset));
  return rules;
}
