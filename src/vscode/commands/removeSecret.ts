import * as vscode from 'vscode';
import { confirm } from '../confirm.ts';
import { hasCode } from '../../shared/errors.ts';
import type { SecretInfo } from '../../workspaces/secrets/secret.ts';
import type { WorkspaceSecrets } from '../../workspaces/secrets/workspaceSecrets.ts';
import { errorSentence } from '../errorSentence.ts';
import { withoutLinks } from '../inertText.ts';
import { withProgress } from '../progress.ts';
import { back, choose } from '../quickInput.ts';
import { secretChoice } from '../secretChoices.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

interface Owner {
  readonly id: string;
  readonly name: string;
}

/** Removes a secret of a workspace. */
export function removeSecret({
  targets,
  secrets,
}: {
  readonly targets: Pick<Targets, 'one'>;
  readonly secrets: Pick<WorkspaceSecrets, 'list' | 'remove' | 'removeAll'>;
}): Command {
  return async (...args) => {
    const workspace = await targets.one('manageSecrets', args);
    const known = workspace && (await listOrRemoveAll(workspace, secrets));
    if (!known) return;
    if (known.length === 0) {
      void vscode.window.showInformationMessage(
        withoutLinks(vscode.l10n.t('{0} has no secrets.', workspace.name)),
      );
      return;
    }
    const chosen = await choose(
      { title: vscode.l10n.t('Secrets of {0}', workspace.name) },
      { placeholder: vscode.l10n.t('Choose what to remove'), choices: known.map(secretChoice) },
    );
    if (chosen !== undefined && chosen !== back) await removeSecretOf(workspace, secrets, chosen.name);
  };
}

/** Removes one secret once the person has confirmed that. */
export async function removeSecretOf(
  workspace: Owner,
  secrets: Pick<WorkspaceSecrets, 'remove'>,
  name: string,
): Promise<void> {
  const question = vscode.l10n.t('Remove the secret {0} of {1}?', name, workspace.name);
  const detail = [vscode.l10n.t('Its value cannot be brought back.')];
  if (!(await confirm(question, detail, vscode.l10n.t('Remove Secret')))) return;
  await withProgress(vscode.l10n.t('Removing a secret of {0}', workspace.name), (options) =>
    secrets.remove(workspace.id, name, options),
  );
}

/** The secrets of a workspace; where they cannot be read, offers to remove them, and gives `undefined`. */
export async function listOrRemoveAll(
  workspace: Owner,
  secrets: Pick<WorkspaceSecrets, 'list' | 'removeAll'>,
): Promise<readonly SecretInfo[] | undefined> {
  try {
    return await secrets.list(workspace.id);
  } catch (error) {
    if (!hasCode(error, 'storageFailed')) throw error;
    const detail = [vscode.l10n.t('Until then, {0} cannot be started.', workspace.name)];
    if (await confirm(errorSentence(error), detail, vscode.l10n.t('Remove All Secrets')))
      await withProgress(vscode.l10n.t('Removing the secrets of {0}', workspace.name), (options) =>
        secrets.removeAll(workspace.id, options),
      );
    return undefined;
  }
}
