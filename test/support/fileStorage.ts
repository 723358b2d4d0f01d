import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { WorkspaceStorage } from '../../src/workspaces/workspaceStorage.ts';

/** A storage that outlives a killed process, as globalState outlives a killed extension host. */
export class FileStorage implements WorkspaceStorage {
  private readonly path: string;
  /** One process at a time works on it. */
  readonly onDidChange = () => ({ dispose: () => undefined });

  constructor(path: string) {
    this.path = path;
  }

  read(key: string): unknown {
    return this.all()[key];
  }

  write(key: string, value: unknown): Promise<void> {
    writeFileSync(`${this.path}.new`, JSON.stringify({ ...this.all(), [key]: value }));
    renameSync(`${this.path}.new`, this.path);
    return Promise.resolve();
  }

  private all(): Record<string, unknown> {
    try {
      return JSON.parse(readFileSync(this.path, 'utf8')) as Record<string, unknown>;
    } catch {
      return {};
    }
  }
}
