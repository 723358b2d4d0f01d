import type * as vscode from 'vscode';

/** A memento of VS Code in memory; `failure` makes the next writes fail, `forgets` loses them silently. */
export class FakeMemento implements vscode.Memento {
  readonly values = new Map<string, unknown>();
  failure: Error | undefined;
  forgets = false;

  keys(): readonly string[] {
    return [...this.values.keys()];
  }

  get(key: string, otherwise?: unknown): unknown {
    return this.values.has(key) ? this.values.get(key) : otherwise;
  }

  async update(key: string, value: unknown): Promise<void> {
    await Promise.resolve();
    if (this.failure) throw this.failure;
    if (this.forgets) return;
    if (value === undefined) this.values.delete(key);
    else this.values.set(key, value);
  }

  setKeysForSync(): void {
    // nothing is synchronised here
  }
}
