import type { WorkspaceEgress } from './egressSettings.ts';

/**
 * Rejects with `invalidRequest` for a rule that says nothing, or too much. Rules of `before`, which an earlier version may
 * have taken, can always be taken away, one after the other. What tells it is loaded with the first rule.
 */
export async function requireUsableRules(
  egress: WorkspaceEgress | undefined,
  before?: WorkspaceEgress,
): Promise<void> {
  if (!egress || (before && onlyTakesAway(egress, before))) return;
  const { rulesOf } = await import('../../isolation/egress/egressPolicy.ts');
  rulesOf({ ...egress, presets: egress.presets ?? [] });
}

function onlyTakesAway(egress: WorkspaceEgress, before: WorkspaceEgress): boolean {
  return (['presets', 'allow', 'deny'] as const).every((list) =>
    (egress[list] ?? []).every((rule) => (before[list] as readonly string[] | undefined)?.includes(rule)),
  );
}
