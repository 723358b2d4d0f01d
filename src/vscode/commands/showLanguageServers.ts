import * as vscode from 'vscode';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { withoutIcons } from '../inertText.ts';
import type { LanguageServers } from '../languageServers/languageServers.ts';
import { describeRun } from '../languageServers/serverStatus.ts';
import type { Command } from './command.ts';

/** Lists the language servers of this window, and shows the log of one or starts it anew. */
export function showLanguageServers({
  service,
  languageServers,
}: {
  readonly service: Pick<WorkspaceService, 'get'>;
  readonly languageServers: Pick<LanguageServers, 'list'>;
}): Command {
  return async () => {
    const runs = languageServers.list();
    if (runs.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t(
          'No language server runs. One starts with a document that it is for, where a workspace of the folder runs and its image has the program.',
        ),
      );
      return;
    }
    const title = vscode.l10n.t('Language Servers');
    const picked = await vscode.window.showQuickPick(
      runs.map((run) => ({
        label: withoutIcons(run.parts.entry.name),
        description: withoutIcons(describeRun(run.state, service.get(run.parts.workspaceId)?.name ?? '')),
        run,
      })),
      { title, placeHolder: vscode.l10n.t('Choose a language server') },
    );
    if (!picked) return;
    const log = vscode.l10n.t('Show Log');
    const answer = await vscode.window.showQuickPick([{ label: log }, { label: vscode.l10n.t('Restart') }], {
      title: picked.label,
      placeHolder: vscode.l10n.t('Choose what to do with it'),
    });
    if (!answer) return;
    if (answer.label === log) picked.run.parts.channel.show(true);
    else picked.run.restart();
  };
}
