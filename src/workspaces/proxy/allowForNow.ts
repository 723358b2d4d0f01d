import { stateOfFacts } from '../containerState.ts';
import type { EngineOperations } from '../engineOperations.ts';
import type { OperationOptions, Workspace } from '../workspace.ts';
import type { BriefRules } from './briefRules.ts';
import { requireFiltered } from './requireFiltered.ts';
import { requireUsableRules } from './requireUsableRules.ts';
import type { WorkspaceProxies } from './workspaceProxies.ts';

/** With what names are allowed for now. */
export interface AllowForNowParts {
  readonly engineOperations: Pick<EngineOperations, 'run'>;
  readonly briefRules: Pick<BriefRules, 'of' | 'add' | 'remove'>;
  readonly proxies: Pick<WorkspaceProxies, 'applyRules'>;
}

/**
 * Lets a running workspace reach a name until it stops, or no more. Rejects with `notRunning`, and with `invalidRequest` for what is
 * no rule and for a workspace with another network than `filtered`.
 */
export async function allowForNow(
  { engineOperations, briefRules, proxies }: AllowForNowParts,
  { id, rule, isAllowed }: { readonly id: string; readonly rule: string; readonly isAllowed: boolean },
  options: OperationOptions,
): Promise<Workspace> {
  await requireUsableRules({ allow: [rule], deny: [] });
  return await engineOperations.run(id, 'update', options, async (work) => {
    const facts = requireFiltered(work);
    if (isAllowed) briefRules.add(id, rule);
    else briefRules.remove(id, rule);
    try {
      await proxies.applyRules(work, facts.networkMode);
    } catch (error) {
      // the keeper of proxies goes on with what is in force: less, never more
      briefRules.remove(id, rule);
      throw error;
    }
    return stateOfFacts(facts);
  });
}
