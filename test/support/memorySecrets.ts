import { Emitter } from '../../src/shared/event.ts';
import type { SecretStore } from '../../src/workspaces/secrets/secretStore.ts';

/** Secrets in memory; handed to several cores they stand for several windows. */
export class MemorySecrets implements SecretStore {
  readonly texts = new Map<string, string>();
  failure: Error | undefined;
  private readonly changes = new Emitter<string>();

  readonly onDidChange = this.changes.event;

  async read(workspaceId: string): Promise<string | undefined> {
    await Promise.resolve();
    if (this.failure) throw this.failure;
    return this.texts.get(workspaceId);
  }

  async write(workspaceId: string, text: string | undefined): Promise<void> {
    await Promise.resolve();
    if (this.failure) throw this.failure;
    if (text === undefined) this.texts.delete(workspaceId);
    else this.texts.set(workspaceId, text);
    this.changes.fire(workspaceId);
  }
}
