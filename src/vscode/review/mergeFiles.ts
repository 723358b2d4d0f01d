import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';

export const mergeScheme = 'cordon-merge';

interface MergeFile {
  readonly content: Uint8Array;
  readonly changedAt: number;
}

/** The results of merges in memory: what is saved there reaches no disk, and nothing finds it that was not told of it. */
export class MergeFiles implements vscode.FileSystemProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changes = this.store.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  private readonly files = new Map<string, MergeFile>();
  readonly onDidChangeFile = this.changes.event;

  constructor() {
    this.store.add(vscode.workspace.registerFileSystemProvider(mergeScheme, this, { isCaseSensitive: true }));
  }

  /** Puts a result there that nobody has worked on yet. */
  begin(uri: vscode.Uri, text: string): void {
    this.put(uri, Buffer.from(text));
  }

  read(uri: vscode.Uri): Buffer | undefined {
    const file = this.files.get(uri.toString());
    return file && Buffer.from(file.content);
  }

  end(uri: vscode.Uri): void {
    this.files.delete(uri.toString());
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const { content, changedAt } = this.file(uri);
    return { type: vscode.FileType.File, ctime: changedAt, mtime: changedAt, size: content.length };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return this.file(uri).content;
  }

  writeFile(uri: vscode.Uri, content: Uint8Array): void {
    this.file(uri);
    this.put(uri, content);
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.store.dispose();
  }

  private file(uri: vscode.Uri): MergeFile {
    const file = this.files.get(uri.toString());
    if (!file) throw vscode.FileSystemError.FileNotFound(uri);
    return file;
  }

  private put(uri: vscode.Uri, content: Uint8Array): void {
    this.files.set(uri.toString(), { content, changedAt: Date.now() });
    this.changes.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }
}
