import type { EgressVerdict } from '../../isolation/egress/egressRule.ts';
import type { WorkspaceEgress } from './egressSettings.ts';

/** The rules with one more. What is allowed is denied no more, and the other way round. */
export function withRule(egress: WorkspaceEgress, verdict: EgressVerdict, rule: string): WorkspaceEgress {
  const rest = withoutRule(egress, rule);
  return { ...rest, [verdict]: [...rest[verdict], rule.trim()] };
}

/** The rules but for one. */
export function withoutRule(egress: WorkspaceEgress, rule: string): WorkspaceEgress {
  const others = (rules: readonly string[]) => rules.filter((each) => each !== rule.trim());
  return { ...egress, allow: others(egress.allow), deny: others(egress.deny) };
}
