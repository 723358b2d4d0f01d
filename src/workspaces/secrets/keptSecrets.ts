import * as l10n from '@vscode/l10n';
import { describeError } from '../../shared/describeError.ts';
import type { Disposable } from '../../shared/disposable.ts';
import { CordonError, toCordonError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { maskValues } from '../withoutSecrets.ts';
import { parseSecrets, secretsText, type Secret } from './secret.ts';
import type { SecretStore } from './secretStore.ts';

/** The secrets of workspaces as they are kept, and every value that this window has seen of them, to mask it. */
export class KeptSecrets implements Disposable {
  private readonly store: SecretStore;
  private readonly log: Pick<Log, 'warn'>;
  private readonly subscription: Disposable;
  /** By workspace. What was replaced or removed stays in it: a process may still have it, and print it. */
  private readonly seen = new Map<string, Set<string>>();

  constructor(store: SecretStore, log: Pick<Log, 'warn'>) {
    this.store = store;
    this.log = log;
    this.subscription = store.onDidChange((id) => void this.learn(id));
  }

  /** `undefined` for a workspace that never had any. Rejects with `storageFailed`. */
  async read(workspaceId: string): Promise<readonly Secret[] | undefined> {
    let text: string | undefined;
    try {
      text = await this.store.read(workspaceId);
    } catch (error) {
      throw toCordonError(
        error,
        'storageFailed',
        l10n.t('VS Code could not read the secrets of the workspace. Unlock the keyring of this machine.'),
      );
    }
    if (text === undefined) return undefined;
    const secrets = parseSecrets(text);
    if (!secrets)
      throw new CordonError(
        'storageFailed',
        l10n.t('The stored secrets of the workspace are damaged. Remove all of them and set them again.'),
      );
    this.see(workspaceId, secrets);
    return secrets;
  }

  /** Reads what there is to be masked. Never rejects. */
  async learn(workspaceId: string): Promise<void> {
    try {
      await this.read(workspaceId);
    } catch (error) {
      this.log.warn(`The secrets of a workspace cannot be masked: ${describeError(error)}`);
    }
  }

  async write(workspaceId: string, secrets: readonly Secret[]): Promise<void> {
    this.see(workspaceId, secrets);
    await this.store.write(workspaceId, secretsText(secrets));
  }

  /** Removes what is kept for a workspace that is gone. */
  async forget(workspaceId: string): Promise<void> {
    await this.store.write(workspaceId, undefined);
  }

  /** Every value of a workspace that this window has seen. */
  values(workspaceId: string): readonly string[] {
    return [...(this.seen.get(workspaceId) ?? [])];
  }

  /** A text without them. */
  masked(workspaceId: string, text: string): string {
    return maskValues(text, this.values(workspaceId));
  }

  /** An error of a process without them: the program itself can print what an engine says of a failed start. */
  maskedError(workspaceId: string, error: unknown): unknown {
    if (!(error instanceof CordonError)) return error;
    const { code, message, cause } = error;
    return new CordonError(
      code,
      this.masked(workspaceId, message),
      cause instanceof Error ? new Error(this.masked(workspaceId, cause.message)) : undefined,
    );
  }

  dispose(): void {
    this.subscription.dispose();
    this.seen.clear();
  }

  private see(workspaceId: string, secrets: readonly Secret[]): void {
    if (secrets.length === 0) return;
    const values = this.seen.get(workspaceId) ?? new Set();
    this.seen.set(workspaceId, values);
    for (const { value } of secrets) values.add(value);
  }
}
