import * as vscode from 'vscode';
import type { SecretInfo } from '../../workspaces/secrets/secret.ts';
import type { WorkspaceSecrets } from '../../workspaces/secrets/workspaceSecrets.ts';
import { back, choose, type Choice } from '../quickInput.ts';
import { secretChoice } from '../secretChoices.ts';
import type { Command } from './command.ts';
import { listOrRemoveAll, removeSecretOf } from './removeSecret.ts';
import { setSecretOf } from './setSecret.ts';
import type { Targets } from './targets.ts';

/** Lists the secrets of a workspace by name, and sets, replaces and removes them. */
export function manageSecrets({
  targets,
  secrets,
}: {
  readonly targets: Pick<Targets, 'one'>;
  readonly secrets: Pick<WorkspaceSecrets, 'list' | 'set' | 'remove' | 'removeAll'>;
}): Command {
  return async (...args) => {
    const workspace = await targets.one('manageSecrets', args);
    if (!workspace) return;
    const title = vscode.l10n.t('Secrets of {0}', workspace.name);
    for (;;) {
      const known = await listOrRemoveAll(workspace, secrets);
      if (!known) return;
      const add: Choice<'add'> = { label: `$(add) ${vscode.l10n.t('Set a Secret…')}`, value: 'add' };
      const chosen = await choose<SecretInfo | 'add'>(
        { title },
        {
          placeholder: vscode.l10n.t('Set one, or choose one to replace or remove'),
          choices: [add, ...known.map(secretChoice)],
        },
      );
      if (chosen === undefined || chosen === back) return;
      const wish = chosen === 'add' ? chosen : await askWish(chosen);
      if (wish === back) continue;
      if (chosen === 'add') await setSecretOf(workspace, secrets);
      else if (wish === 'replace') await setSecretOf(workspace, secrets, chosen);
      else if (wish === 'remove') await removeSecretOf(workspace, secrets, chosen.name);
      return;
    }
  };
}

function askWish({ name }: SecretInfo) {
  return choose<'replace' | 'remove'>(
    { title: name, canGoBack: true },
    {
      placeholder: vscode.l10n.t('What do you want to do with it? Its value is never shown.'),
      choices: [
        { label: `$(edit) ${vscode.l10n.t('Set a New Value…')}`, value: 'replace' },
        { label: `$(trash) ${vscode.l10n.t('Remove…')}`, value: 'remove' },
      ],
    },
  );
}
