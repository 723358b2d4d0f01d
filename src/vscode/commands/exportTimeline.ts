import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { toCordonError } from '../../shared/errors.ts';
import { timelineDocument } from '../../workspaces/timeline/timelineDocument.ts';
import type { Timeline } from '../../workspaces/timeline/timeline.ts';
import { fileNameOf } from '../fileNameOf.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

/** Writes what happened to a workspace into a file of JSON that the person names. */
export function exportTimeline({
  targets,
  timeline,
}: {
  readonly targets: Pick<Targets, 'one'>;
  readonly timeline: Pick<Timeline, 'entries'>;
}): Command {
  return async (...args) => {
    const workspace = await targets.one('exportTimeline', args);
    if (!workspace) return;
    const uri = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Export Timeline of {0}', workspace.name),
      // not into the folder: its container could read there what was noticed of it
      defaultUri: vscode.Uri.file(path.join(homedir(), `${fileNameOf(workspace.name)}-timeline.json`)),
      filters: { JSON: ['json'] },
    });
    if (!uri) return;
    const document = timelineDocument(workspace, await timeline.entries(workspace.id), new Date());
    try {
      await vscode.workspace.fs.writeFile(uri, Buffer.from(`${JSON.stringify(document, undefined, 2)}\n`));
    } catch (error) {
      throw toCordonError(
        error,
        'storageFailed',
        vscode.l10n.t('The timeline could not be written to {0}.', uri.fsPath),
      );
    }
    vscode.window.setStatusBarMessage(vscode.l10n.t('Exported the timeline of {0}.', workspace.name), 3000);
  };
}
