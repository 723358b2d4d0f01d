import * as vscode from 'vscode';
import { secretsFolder } from '../../isolation/secretsPlace.ts';
import type { SecretInfo } from '../../workspaces/secrets/secret.ts';
import type { WorkspaceSecrets } from '../../workspaces/secrets/workspaceSecrets.ts';
import { askSecret } from '../askSecret.ts';
import { withProgress } from '../progress.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

/** Sets a secret of a workspace, or gives one a new value. */
export function setSecret(dependencies: {
  readonly targets: Pick<Targets, 'one'>;
  readonly secrets: Pick<WorkspaceSecrets, 'set'>;
}): Command {
  return async (...args) => {
    const workspace = await dependencies.targets.one('manageSecrets', args);
    if (workspace) await setSecretOf(workspace, dependencies.secrets);
  };
}

/** Asks for the secret, sets it, and says where it is then. `known` is one that gets a new value. */
export async function setSecretOf(
  workspace: { readonly id: string; readonly name: string },
  secrets: Pick<WorkspaceSecrets, 'set'>,
  known?: SecretInfo,
): Promise<void> {
  const secret = await askSecret(vscode.l10n.t('Secret of {0}', workspace.name), known);
  if (!secret) return;
  const isThere = await withProgress(vscode.l10n.t('Setting a secret of {0}', workspace.name), (options) =>
    secrets.set(workspace.id, secret, options),
  );
  void vscode.window.showInformationMessage(told(secret, isThere));
}

function told({ name, use }: SecretInfo, isThere: boolean): string {
  if (use === 'command')
    return vscode.l10n.t('The secret {0} is set. Run Command asks which commands get it.', name);
  const file = `${secretsFolder}/${name}`;
  return isThere
    ? vscode.l10n.t('The secret {0} is set, and is in {1} now.', name, file)
    : vscode.l10n.t('The secret {0} is set, and is in {1} once the workspace runs.', name, file);
}
