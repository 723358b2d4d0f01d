import type { WorkspaceEgress } from './egressSettings.ts';

/** Rejects with `invalidRequest` for a rule that says nothing, or too much. What tells it is loaded with the first rule. */
export async function requireUsableRules(egress: WorkspaceEgress | undefined): Promise<void> {
  if (!egress) return;
  const { rulesOf } = await import('../../isolation/egress/egressPolicy.ts');
  rulesOf({ ...egress, presets: egress.presets ?? [] });
}
