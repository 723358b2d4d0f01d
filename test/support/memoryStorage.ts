import { Emitter } from '../../src/shared/event.ts';
import type { WorkspaceStorage } from '../../src/workspaces/workspaceStorage.ts';

/** A storage in memory that holds JSON, as globalState does, and can be told to fail. */
export class MemoryStorage implements WorkspaceStorage {
  readonly values = new Map<string, string>();
  writes = 0;
  failure: Error | undefined;
  private readonly changes = new Emitter<string>();

  /** Tells every window on it, the one that wrote as well, and leaves it to the test where `isSilent`. */
  readonly onDidChange = this.changes.event;
  isSilent = false;

  read(key: string): unknown {
    const value = this.values.get(key);
    return value === undefined ? undefined : JSON.parse(value);
  }

  async write(key: string, value: unknown): Promise<void> {
    await Promise.resolve();
    if (this.failure) throw this.failure;
    this.writes++;
    if (value === undefined) this.values.delete(key);
    else this.values.set(key, JSON.stringify(value));
    if (!this.isSilent) this.changes.fire(key);
  }
}
