import * as vscode from 'vscode';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { withoutIcons } from '../inertText.ts';
import type { LanguageServers } from '../languageServers/languageServers.ts';
import { describeRun } from '../languageServers/serverStatus.ts';
import type { Command } from './command.ts';

interface Dependencies {
  readonly service: Pick<WorkspaceService, 'get'>;
  readonly languageServers: Pick<LanguageServers, 'list' | 'declined' | 'takeBack'>;
}

type Row = vscode.QuickPickItem & { readonly use: () => Promise<void> };

/** Lists the language servers of this window, and shows the log of one, starts it anew, or takes it back into containers. */
export function showLanguageServers(dependencies: Dependencies): Command {
  return async () => {
    const rows = [...runningRows(dependencies), ...declinedRows(dependencies)];
    if (rows.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t(
          'No language server runs. One starts with a document that it is for, where a workspace of the folder runs and its image has the program.',
        ),
      );
      return;
    }
    const title = vscode.l10n.t('Language Servers');
    const placeHolder = vscode.l10n.t('Choose a language server');
    const picked = await vscode.window.showQuickPick(rows, { title, placeHolder });
    await picked?.use();
  };
}

function runningRows({ languageServers, service }: Dependencies): Row[] {
  return languageServers.list().map((run) => ({
    label: withoutIcons(run.parts.entry.name),
    description: withoutIcons(describeRun(run.state, service.get(run.parts.workspaceId)?.name ?? '')),
    use: async () => {
      const [log, restart] = [vscode.l10n.t('Show Log'), vscode.l10n.t('Restart')];
      const answer = await askWish(run.parts.entry.name, [log, restart]);
      if (answer === log) run.parts.channel.show(true);
      if (answer === restart) run.restart();
    },
  }));
}

function declinedRows({ languageServers }: Dependencies): Row[] {
  return languageServers.declined().map((name) => ({
    label: withoutIcons(name),
    description: vscode.l10n.t('left to an extension outside of the container'),
    use: async () => {
      const answer = await askWish(name, [vscode.l10n.t('Run in Containers Again')]);
      if (answer !== undefined) await languageServers.takeBack(name);
    },
  }));
}

async function askWish(name: string, wishes: readonly string[]): Promise<string | undefined> {
  const answer = await vscode.window.showQuickPick(
    wishes.map((label) => ({ label })),
    { title: withoutIcons(name), placeHolder: vscode.l10n.t('Choose what to do with it') },
  );
  return answer?.label;
}
