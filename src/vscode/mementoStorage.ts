import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { CordonError } from '../shared/errors.ts';
import type { WorkspaceStorage } from '../workspaces/workspaceStorage.ts';

/** Remembers in a memento of VS Code, and proves each write by reading it back. */
export class MementoStorage implements WorkspaceStorage {
  private readonly memento: Pick<vscode.Memento, 'get' | 'update'>;

  constructor(memento: Pick<vscode.Memento, 'get' | 'update'>) {
    this.memento = memento;
  }

  read(key: string): unknown {
    return this.memento.get(key);
  }

  async write(key: string, value: unknown): Promise<void> {
    // What is stored is JSON: a copy keeps later changes of the caller's object out of the memory of VS Code.
    const stored: unknown = value === undefined ? undefined : JSON.parse(JSON.stringify(value));
    try {
      await this.memento.update(key, stored);
    } catch (error) {
      throw storageFailed(error);
    }
    if (!isDeepStrictEqual(this.memento.get(key), stored)) throw storageFailed();
  }
}

function storageFailed(cause?: unknown): CordonError {
  return new CordonError(
    'storageFailed',
    vscode.l10n.t('VS Code could not store the workspaces. Check the free space of the disk and try again.'),
    cause,
  );
}
