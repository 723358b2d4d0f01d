import * as vscode from 'vscode';
import { confirm } from '../confirm.ts';
import type { Quarantine } from '../../workspaces/folders/quarantine.ts';
import { formatAge, withoutControlCharacters } from '../format.ts';
import { withoutIcons } from '../inertText.ts';
import type { Command } from './command.ts';

/** Lists what was moved out of folders, and puts back what is picked. */
export function showQuarantine({
  quarantine,
}: {
  readonly quarantine: Pick<Quarantine, 'list' | 'restore'>;
}): Command {
  return async () => {
    const kept = await quarantine.list();
    if (kept.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('The quarantine is empty.'));
      return;
    }
    const picked = await vscode.window.showQuickPick(
      kept.toReversed().map((item) => ({
        label: withoutIcons(withoutControlCharacters(item.from)),
        description: formatAge(item.at, vscode.env.language),
        item,
      })),
      { title: vscode.l10n.t('Quarantine'), placeHolder: vscode.l10n.t('Choose what to put back') },
    );
    if (!picked) return;
    const question = vscode.l10n.t('Put it back to where it was? It could make this machine run code.');
    const detail = [withoutControlCharacters(picked.item.from)];
    if (await confirm(question, detail, vscode.l10n.t('Put Back'))) await quarantine.restore(picked.item);
  };
}
