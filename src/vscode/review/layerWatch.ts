import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';

/** VS Code takes what is watched again sooner for what it watches already. */
const forgottenMs = 500;

/** Tells that something was written into a folder which others may replace as a whole. */
export class LayerWatch implements Disposable {
  private readonly pattern: vscode.RelativePattern;
  private readonly onDidWrite: () => void;
  private watched: DisposableStore | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(folder: string, onDidWrite: () => void) {
    this.pattern = new vscode.RelativePattern(vscode.Uri.file(folder), '**');
    this.onDidWrite = onDidWrite;
    this.watch();
  }

  /** Watches what is at its place now: of a folder that took the place of another one, VS Code tells nothing. */
  again(): void {
    this.watched?.dispose();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.watch();
      this.onDidWrite();
    }, forgottenMs).unref();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.watched?.dispose();
  }

  private watch(): void {
    this.watched = new DisposableStore();
    const watcher = this.watched.add(vscode.workspace.createFileSystemWatcher(this.pattern));
    for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete])
      this.watched.add(
        event(() => {
          this.onDidWrite();
        }),
      );
  }
}
