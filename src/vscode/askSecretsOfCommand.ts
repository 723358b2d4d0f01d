import * as vscode from 'vscode';
import { canBeVariable } from '../workspaces/secrets/secret.ts';
import type { WorkspaceSecrets } from '../workspaces/secrets/workspaceSecrets.ts';
import { secretChoice } from './secretChoices.ts';

/**
 * Asks which secrets a command gets, where the workspace has some for single commands. None are ticked but those of the
 * last time. `undefined` when the person gave up.
 */
export async function askSecretsOfCommand(
  workspace: { readonly id: string; readonly name: string },
  dependencies: {
    readonly secrets: Pick<WorkspaceSecrets, 'list'>;
    /** Remembers names, no values. */
    readonly memory: Pick<vscode.Memento, 'get' | 'update'>;
  },
): Promise<readonly string[] | undefined> {
  const secrets = await dependencies.secrets.list(workspace.id);
  if (!secrets.some(({ use }) => use === 'command')) return [];
  const key = `lastSecrets/${workspace.id}`;
  const last = dependencies.memory.get<unknown>(key);
  const wasChosen = (name: string) => Array.isArray(last) && last.includes(name);
  const picked = await vscode.window.showQuickPick(
    secrets
      .filter(({ name }) => canBeVariable(name))
      .map((secret) => ({ ...secretChoice(secret), picked: wasChosen(secret.name) })),
    {
      canPickMany: true,
      title: vscode.l10n.t('Run Command in {0}', workspace.name),
      placeHolder: vscode.l10n.t('Secrets in the environment of this command'),
    },
  );
  const names = picked?.map(({ label }) => label);
  if (names) await dependencies.memory.update(key, names);
  return names;
}
