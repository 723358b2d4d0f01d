import type * as vscode from 'vscode';
import { Disposable, EventEmitter } from './events.ts';
import { Uri } from './uri.ts';

/** An editor on a document whose text an extension provides. */
interface FakeEditor {
  readonly uri: vscode.Uri;
  text: string;
}

/** Documents of an extension that are open in editors. */
export class FakeDocuments {
  readonly editors: FakeEditor[] = [];
  readonly openings = new EventEmitter<vscode.TextDocument>();
  readonly edits = new EventEmitter<vscode.TextDocumentChangeEvent>();
  readonly closings = new EventEmitter<vscode.TextDocument>();
  readonly saves = new EventEmitter<vscode.TextDocument>();
  readonly creations = new EventEmitter<vscode.FileCreateEvent>();
  readonly renames = new EventEmitter<vscode.FileRenameEvent>();
  private readonly unsaved = new Map<string, string>();
  private count = 0;
  private readonly providers = new Map<string, vscode.TextDocumentContentProvider>();

  provide(scheme: string, provider: vscode.TextDocumentContentProvider): Disposable {
    this.providers.set(scheme, provider);
    provider.onDidChange?.((uri) => void this.refresh(uri));
    return new Disposable(() => this.providers.delete(scheme));
  }

  async read(uri: vscode.Uri): Promise<string> {
    const token = {
      isCancellationRequested: false,
      onCancellationRequested: new EventEmitter<undefined>().event,
    };
    const unsaved = uri.scheme === 'untitled' ? this.unsaved.get(uri.path) : undefined;
    if (unsaved !== undefined) return unsaved;
    const text = await this.providers.get(uri.scheme)?.provideTextDocumentContent(uri, token);
    if (text === undefined || text === null) throw new Error(`cannot open ${uri.toString()}`);
    return text;
  }

  /** A new document of nobody with this text. */
  untitled(text: string): vscode.Uri {
    const uri = Uri.from({ scheme: 'untitled', path: `Untitled-${++this.count}` }) as unknown as vscode.Uri;
    this.unsaved.set(uri.path, text);
    return uri;
  }

  async show(uri: vscode.Uri): Promise<void> {
    const text = await this.read(uri);
    if (!this.editorOf(uri)) this.editors.push({ uri, text });
  }

  /** The person closes the editor. */
  close({ uri }: FakeEditor): void {
    this.editors.splice(
      this.editors.findIndex((editor) => editor.uri.path === uri.path),
      1,
    );
    this.closings.fire({ uri } as vscode.TextDocument);
  }

  private async refresh(uri: vscode.Uri): Promise<void> {
    const editor = this.editorOf(uri);
    if (editor) editor.text = await this.read(uri);
  }

  private editorOf(uri: vscode.Uri): FakeEditor | undefined {
    return this.editors.find((editor) => editor.uri.toString() === uri.toString());
  }
}
