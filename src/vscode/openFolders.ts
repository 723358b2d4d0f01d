import { realpath } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../shared/disposable.ts';
import { Emitter } from '../shared/event.ts';
import type { Workspace } from '../workspaces/workspace.ts';

/** A folder that is open in this window. */
export interface OpenFolder {
  readonly name: string;
  /** An absolute path, as it was opened. */
  readonly path: string;
}

/** The folders that are open in this window, and which workspaces belong to them. */
export class OpenFolders implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changes = this.store.add(new Emitter<undefined>());
  /** Where symbolic links lead, by the path that was opened: a workspace keeps its folder resolved. */
  private readonly resolved = new Map<string, string>();

  readonly onDidChange = this.changes.event;

  constructor() {
    this.store.add(
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.changes.fire(undefined);
        void this.resolve();
      }),
    );
    void this.resolve();
  }

  list(): readonly OpenFolder[] {
    return (vscode.workspace.workspaceFolders ?? [])
      .filter((folder) => folder.uri.scheme === 'file')
      .map((folder) => ({ name: folder.name, path: folder.uri.fsPath }));
  }

  /** Whether the workspace runs a folder that is open in this window. */
  has(workspace: Pick<Workspace, 'folder'>): boolean {
    return this.of(workspace) !== undefined;
  }

  /** The open folder that the workspace runs. */
  of(workspace: Pick<Workspace, 'folder'>): OpenFolder | undefined {
    return this.list().find((folder) => this.isOf(workspace, folder));
  }

  /** Whether the workspace runs this folder. */
  isOf(workspace: Pick<Workspace, 'folder'>, folder: OpenFolder): boolean {
    const own = folderPathOf(workspace);
    return samePath(folder.path, own) || samePath(this.resolved.get(folder.path) ?? folder.path, own);
  }

  dispose(): void {
    this.store.dispose();
  }

  private async resolve(): Promise<void> {
    const before = this.resolved.size;
    await Promise.all(
      this.list().map(async (folder) => {
        const target = await realpath(folder.path).catch(() => folder.path);
        if (target !== folder.path) this.resolved.set(folder.path, target);
      }),
    );
    if (this.resolved.size !== before) this.changes.fire(undefined);
  }
}

/** The path on this machine of the folder that a workspace runs. */
export function folderPathOf(workspace: Pick<Workspace, 'folder'>): string {
  return vscode.Uri.parse(workspace.folder).fsPath;
}

/** Paths are the same where the way between them is empty; that knows about letter case on Windows. */
function samePath(one: string, other: string): boolean {
  return path.relative(one, other) === '';
}
