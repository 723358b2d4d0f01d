import * as vscode from 'vscode';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import type { ReadonlyDocuments } from '../readonlyDocuments.ts';
import type { SecurityAlerts } from '../securityAlerts.ts';
import { securityLogText } from '../securityLogText.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

/** Shows what has happened to the safety of a workspace. */
export function showSecurityLog({
  service,
  targets,
  documents,
  alerts,
}: {
  readonly service: Pick<WorkspaceService, 'securityLog'>;
  readonly targets: Pick<Targets, 'one'>;
  readonly documents: Pick<ReadonlyDocuments, 'show'>;
  readonly alerts: Pick<SecurityAlerts, 'see'>;
}): Command {
  return async (...args) => {
    const workspace = await targets.one('showSecurityLog', args);
    if (!workspace) return;
    const entries = await service.securityLog(workspace.id);
    const text = securityLogText(workspace.name, entries);
    await documents.show(vscode.l10n.t('Security log of {0}', workspace.name), text);
    alerts.see(workspace.id);
  };
}
