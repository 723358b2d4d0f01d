import * as vscode from 'vscode';
import { secretsFolder } from '../isolation/secretsPlace.ts';
import type { SecretInfo } from '../workspaces/secrets/secret.ts';
import type { Choice } from './quickInput.ts';

/** A secret as it is offered: its name, and who gets it. */
export function secretChoice(secret: SecretInfo): Choice<SecretInfo> {
  return {
    label: secret.name,
    description:
      secret.use === 'file' ? `${secretsFolder}/${secret.name}` : vscode.l10n.t('for chosen commands'),
    value: secret,
  };
}
