import type * as vscode from 'vscode';
import { EventEmitter } from './events.ts';

/** The SecretStorage of VS Code in memory; `failure` makes what is asked of it fail, `forgets` loses writes silently. */
export class FakeSecretStorage implements vscode.SecretStorage {
  readonly values = new Map<string, string>();
  failure: Error | undefined;
  forgets = false;
  private readonly changes = new EventEmitter<vscode.SecretStorageChangeEvent>();

  readonly onDidChange = this.changes.event;

  keys(): Promise<string[]> {
    return Promise.resolve([...this.values.keys()]);
  }

  async get(key: string): Promise<string | undefined> {
    await this.turn();
    return this.values.get(key);
  }

  async store(key: string, value: string): Promise<void> {
    await this.turn();
    if (!this.forgets) this.values.set(key, value);
    this.changes.fire({ key });
  }

  async delete(key: string): Promise<void> {
    await this.turn();
    if (!this.forgets) this.values.delete(key);
    this.changes.fire({ key });
  }

  private async turn(): Promise<void> {
    await Promise.resolve();
    if (this.failure) throw this.failure;
  }
}
