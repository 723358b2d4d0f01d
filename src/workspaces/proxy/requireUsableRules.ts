import type { EgressPolicy } from '../../isolation/egress/egressPolicy.ts';
import { policyInForce, type WorkspaceEgress } from './egressSettings.ts';

const noSettings: EgressPolicy = { presets: [], allow: [], deny: [] };

/**
 * Rejects with `invalidRequest` for a rule that says nothing, or too much, and for rules that cannot be used together with
 * those of the settings. Rules of `before`, which an earlier version may have taken, can always be taken away, one after
 * the other. What tells it is loaded with the first rule.
 */
export async function requireUsableRules(
  egress: WorkspaceEgress | undefined,
  before?: WorkspaceEgress,
  settings = noSettings,
): Promise<void> {
  if (!egress || (before && onlyTakesAway(egress, before))) return;
  const { rulesOf } = await import('../../isolation/egress/egressPolicy.ts');
  const { squidConfiguration } = await import('../../isolation/egress/squidConfiguration.ts');
  rulesOf({ ...egress, presets: egress.presets ?? [] });
  squidConfiguration(rulesOf(policyInForce(egress, settings)));
}

function onlyTakesAway(egress: WorkspaceEgress, before: WorkspaceEgress): boolean {
  return (['presets', 'allow', 'deny'] as const).every((list) =>
    (egress[list] ?? []).every((rule) => (before[list] as readonly string[] | undefined)?.includes(rule)),
  );
}
