import * as vscode from 'vscode';
import type { TriedName } from '../../workspaces/proxy/egressTally.ts';
import { nameAndPort } from '../../workspaces/proxy/egressWords.ts';
import { withoutRule, withRule } from '../../workspaces/proxy/withRule.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { withProgress } from '../progress.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

/** What becomes of a name that a workspace wants to reach. */
export type Decision = 'allow' | 'allowForNow' | 'deny' | 'remove' | 'removeForNow';

export interface DecideDependencies {
  readonly targets: Pick<Targets, 'one'>;
  readonly service: Pick<WorkspaceService, 'get' | 'update' | 'allowForNow'>;
}

/** Allows or denies the name whose row is meant. Without one it does nothing: the palette has the list of names. */
export function decideName({ targets, service }: DecideDependencies, decision: Decision): Command {
  return async (...args) => {
    const name = triedNameOf(args[0]) ?? triedNameOf(args[1]);
    if (!name) return;
    const workspace = await targets.one('editEgress', args.slice(0, 1));
    if (workspace) await decide(service, workspace, nameAndPort(name), decision);
  };
}

/** In force at once. A rule that there is already is not added again. */
export async function decide(
  service: DecideDependencies['service'],
  { id, name, egress = { allow: [], deny: [] } }: Workspace,
  rule: string,
  decision: Decision,
): Promise<void> {
  await withProgress(vscode.l10n.t('Changing {0}', name), (options) => {
    switch (decision) {
      case 'allowForNow':
      case 'removeForNow':
        return service.allowForNow(id, { rule, isAllowed: decision === 'allowForNow' }, options);
      case 'remove':
        return service.update(id, { egress: withoutRule(egress, rule) }, options);
      case 'allow':
      case 'deny':
        return service.update(id, { egress: withRule(egress, decision, rule) }, options);
    }
  });
}

/** The name that a row or an argument is about. */
export function triedNameOf(value: unknown): TriedName | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('triedName' in value) return triedNameOf(value.triedName);
  return 'host' in value &&
    typeof value.host === 'string' &&
    'port' in value &&
    typeof value.port === 'number'
    ? (value as TriedName)
    : undefined;
}
