import type * as vscode from 'vscode';
import { Uri } from './uri.ts';

/** Files that the person lets the extension write. */
export class FakeFiles {
  /** Where the person saves what they are asked about next; `undefined` when they give up. */
  saveTo: string | undefined;
  readonly asked: vscode.SaveDialogOptions[] = [];
  readonly written = new Map<string, string>();
  /** What the disk answers. */
  failure: Error | undefined;

  ask(options: vscode.SaveDialogOptions): Promise<Uri | undefined> {
    this.asked.push(options);
    return Promise.resolve(this.saveTo === undefined ? undefined : Uri.file(this.saveTo));
  }

  write(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    if (this.failure) return Promise.reject(this.failure);
    this.written.set(uri.fsPath, Buffer.from(content).toString());
    return Promise.resolve();
  }
}
