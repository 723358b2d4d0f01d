import * as vscode from 'vscode';
import type { Disposable } from '../shared/disposable.ts';
import { CordonError } from '../shared/errors.ts';
import { Emitter } from '../shared/event.ts';
import type { SecretStore } from '../workspaces/secrets/secretStore.ts';

const keyPrefix = 'cordon.secrets/';

/** Keeps secrets in VS Code's SecretStorage, which encrypts them, and proves each write by reading it back. */
export class EditorSecrets implements SecretStore, Disposable {
  private readonly storage: vscode.SecretStorage;
  private readonly changes = new Emitter<string>();
  private readonly subscription: Disposable;

  readonly onDidChange = this.changes.event;

  constructor(storage: vscode.SecretStorage) {
    this.storage = storage;
    this.subscription = storage.onDidChange(({ key }) => {
      if (key.startsWith(keyPrefix)) this.changes.fire(key.slice(keyPrefix.length));
    });
  }

  async read(workspaceId: string): Promise<string | undefined> {
    return await this.storage.get(keyPrefix + workspaceId);
  }

  async write(workspaceId: string, text: string | undefined): Promise<void> {
    const key = keyPrefix + workspaceId;
    try {
      if (text === undefined) await this.storage.delete(key);
      else await this.storage.store(key, text);
    } catch (error) {
      throw storageFailed(error);
    }
    if ((await this.storage.get(key)) !== text) throw storageFailed();
  }

  dispose(): void {
    this.subscription.dispose();
    this.changes.dispose();
  }
}

function storageFailed(cause?: unknown): CordonError {
  return new CordonError(
    'storageFailed',
    vscode.l10n.t('VS Code could not store the secrets. Unlock the keyring of this machine and try again.'),
    cause,
  );
}
