import * as vscode from 'vscode';
import { ruleFor } from '../../isolation/egress/ruleFor.ts';
import type { EgressRules } from '../../workspaces/proxy/egressRules.ts';
import type { TriedName } from '../../workspaces/proxy/egressTally.ts';
import { withoutRule, withRule } from '../../workspaces/proxy/withRule.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { withProgress } from '../progress.ts';
import type { Command } from './command.ts';
import { idOf } from './targets.ts';
import { tellOtherNetwork } from './tellOtherNetwork.ts';

/** What becomes of a name that a workspace wants to reach. */
export type Decision = 'allow' | 'allowForNow' | 'deny' | 'remove' | 'removeForNow';

interface Dependencies {
  readonly service: Pick<WorkspaceService, 'get'>;
  readonly egressRules: Pick<EgressRules, 'change' | 'allowForNow'>;
}

/** Allows or denies the name whose row or notification is meant, for its own workspace and never for another one. */
export function decideName({ service, egressRules }: Dependencies, decision: Decision): Command {
  return async (...args) => {
    const rule = ruleOrTell(triedNameOf(args[0]) ?? triedNameOf(args[1]));
    const workspace = rule === undefined ? undefined : filteredWorkspace(args[0], service);
    if (workspace && rule !== undefined) await decide(egressRules, workspace, rule, decision);
  };
}

/** In force at once. */
export async function decide(
  egressRules: Dependencies['egressRules'],
  { id, name }: Workspace,
  rule: string,
  decision: Decision,
): Promise<void> {
  await withProgress(vscode.l10n.t('Changing {0}', name), (options) => {
    switch (decision) {
      case 'allowForNow':
      case 'removeForNow':
        return egressRules.allowForNow(id, { rule, isAllowed: decision === 'allowForNow' }, options);
      case 'remove':
        return egressRules.change(id, (now) => withoutRule(now, rule), options);
      case 'allow':
      case 'deny':
        return egressRules.change(id, (now) => withRule(now, decision, rule), options);
    }
  });
}

/** The workspace that a row or an id means, and no other one; where there is none the person is told. */
export function filteredWorkspace(
  value: unknown,
  service: Pick<WorkspaceService, 'get'>,
): Workspace | undefined {
  const workspace = service.get(idOf(value) ?? '');
  if (workspace?.network === 'filtered') return workspace;
  if (workspace) tellOtherNetwork(workspace);
  else void vscode.window.showInformationMessage(vscode.l10n.t('This workspace does not exist any more.'));
  return undefined;
}

/** The name that a row or an argument is about. */
export function triedNameOf(value: unknown): TriedName | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const tried: unknown = 'triedName' in value ? value.triedName : value;
  return isTriedName(tried) ? tried : undefined;
}

function isTriedName(value: unknown): value is TriedName {
  if (typeof value !== 'object' || value === null) return false;
  const { host, port, method } = value as Partial<Record<string, unknown>>;
  return typeof host === 'string' && typeof port === 'number' && typeof method === 'string';
}

/** The rule that is about what was tried alone; where there is none the person is told. */
export function ruleOrTell(tried: TriedName | undefined): string | undefined {
  const rule = tried && ruleFor(tried);
  if (rule === undefined)
    void vscode.window.showInformationMessage(
      vscode.l10n.t('There is no rule that is about this name alone.'),
    );
  return rule;
}
