import type * as vscode from 'vscode';
import { Uri } from './uri.ts';

/** Files that the person lets the extension write and read. */
export class FakeFiles {
  /** Where the person saves what they are asked about next; `undefined` when they give up. */
  saveTo: string | undefined;
  /** What the person chooses to be read; `undefined` when they give up. */
  openFrom: string | undefined;
  readonly readable = new Map<string, Uint8Array>();
  readonly asked: vscode.SaveDialogOptions[] = [];
  readonly written = new Map<string, string>();
  /** What the disk answers. */
  failure: Error | undefined;

  ask(options: vscode.SaveDialogOptions): Promise<Uri | undefined> {
    this.asked.push(options);
    return Promise.resolve(this.saveTo === undefined ? undefined : Uri.file(this.saveTo));
  }

  choose(): Promise<Uri[] | undefined> {
    return Promise.resolve(this.openFrom === undefined ? undefined : [Uri.file(this.openFrom)]);
  }

  read(uri: vscode.Uri): Promise<Uint8Array> {
    const content = this.readable.get(uri.fsPath);
    return content ? Promise.resolve(content) : Promise.reject(new Error(`${uri.fsPath} does not exist`));
  }

  write(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    if (this.failure) return Promise.reject(this.failure);
    this.written.set(uri.fsPath, Buffer.from(content).toString());
    return Promise.resolve();
  }
}
