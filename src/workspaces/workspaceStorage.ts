import type { Event } from '../shared/event.ts';

/** Where records are remembered; `vscode.Memento` fits behind it. Values are JSON and enter as `unknown`. */
export interface WorkspaceStorage {
  read(key: string): unknown;
  /** Resolves when the value is stored; `undefined` removes the key. */
  write(key: string, value: unknown): Promise<void>;
  /** The key under which another window has stored something that can be read here now. */
  readonly onDidChange: Event<string>;
}
