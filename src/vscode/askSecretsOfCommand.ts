import * as vscode from 'vscode';
import { canBeVariable, type SecretInfo } from '../workspaces/secrets/secret.ts';
import type { WorkspaceSecrets } from '../workspaces/secrets/workspaceSecrets.ts';
import { ask, back, type Choice } from './quickInput.ts';
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
  const input = vscode.window.createQuickPick<Choice<SecretInfo>>();
  input.canSelectMany = true;
  input.placeholder = vscode.l10n.t('Secrets in the environment of this command');
  input.items = secrets.filter(({ name }) => canBeVariable(name)).map(secretChoice);
  input.selectedItems = input.items.filter(({ label }) => wasChosen(label));
  const title = vscode.l10n.t('Run Command in {0}', workspace.name);
  const names = await ask<readonly string[]>(input, { title }, (answer, store) => {
    store.add(
      input.onDidAccept(() => {
        answer(input.selectedItems.map(({ label }) => label));
      }),
    );
  });
  if (names === undefined || names === back) return undefined;
  await dependencies.memory.update(key, names);
  return names;
}
