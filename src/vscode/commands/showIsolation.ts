import * as vscode from 'vscode';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { isolationText } from '../isolationText.ts';
import { withProgress } from '../progress.ts';
import type { ReadonlyDocuments } from '../readonlyDocuments.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

/** Shows what isolates a workspace now, compared with what its profile promises. */
export function showIsolation({
  service,
  targets,
  documents,
}: {
  readonly service: Pick<WorkspaceService, 'isolationReport'>;
  readonly targets: Pick<Targets, 'one'>;
  readonly documents: Pick<ReadonlyDocuments, 'show'>;
}): Command {
  return async (...args) => {
    const workspace = await targets.one('showIsolation', args);
    if (!workspace) return;
    const report = await withProgress(vscode.l10n.t('Checking {0}', workspace.name), (options) =>
      service.isolationReport(workspace.id, options),
    );
    await documents.show(vscode.l10n.t('Isolation of {0}', workspace.name), isolationText(workspace, report));
  };
}
