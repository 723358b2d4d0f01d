import type * as vscode from 'vscode';
import { EventEmitter, until } from './events.ts';

interface Message {
  readonly type: string;
}

/** An editor with a page. Like the one of VS Code it throws where it is used after its end. */
export class FakeWebviewPanel {
  readonly viewType: string;
  iconPath: unknown;
  isDisposed = false;
  revealed = 0;
  /** What the extension told the page. */
  readonly told: Message[] = [];
  readonly webview: {
    html: string;
    options: vscode.WebviewOptions;
    readonly cspSource: string;
    readonly onDidReceiveMessage: vscode.Event<unknown>;
    asWebviewUri(uri: vscode.Uri): vscode.Uri;
    postMessage(message: Message): Promise<boolean>;
  };
  private readonly ends = new EventEmitter<undefined>();
  private readonly viewStates = new EventEmitter<undefined>();
  private readonly messages = new EventEmitter<unknown>();
  private readonly tellings = new EventEmitter<undefined>();
  private readonly onEnd: () => void;
  private isVisible = true;
  private currentTitle: string;

  readonly onDidDispose = this.ends.event;
  readonly onDidChangeViewState = this.viewStates.event;

  constructor(viewType: string, title: string, onEnd: () => void) {
    this.viewType = viewType;
    this.currentTitle = title;
    this.onEnd = onEnd;
    this.webview = {
      html: '',
      options: {},
      cspSource: 'https://*.example',
      onDidReceiveMessage: this.messages.event,
      asWebviewUri: (uri) => uri,
      postMessage: (message) => {
        this.check();
        this.told.push(message);
        this.tellings.fire(undefined);
        return Promise.resolve(true);
      },
    };
  }

  get visible(): boolean {
    this.check();
    return this.isVisible;
  }

  get title(): string {
    return this.currentTitle;
  }

  set title(title: string) {
    this.check();
    this.currentTitle = title;
  }

  reveal(): void {
    this.revealed++;
    this.show(true);
  }

  /** The person goes to another editor of its group, or comes back. */
  show(isVisible: boolean): void {
    this.isVisible = isVisible;
    this.viewStates.fire(undefined);
  }

  /** The page tells the extension something, whatever it is. */
  say(message: unknown): void {
    this.messages.fire(message);
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    this.onEnd();
    this.ends.fire(undefined);
  }

  /** The last message of this type, once it fits. */
  async tells<T>(type: string, fits: (message: T) => boolean = () => true): Promise<T> {
    const last = () => this.told.findLast((message) => message.type === type) as T | undefined;
    const isSo = () => {
      const message = last();
      return message !== undefined && fits(message);
    };
    await until(isSo, this.tellings.event, () => `The page is not told ${type}: ${JSON.stringify(last())}`);
    return last() as T;
  }

  private check(): void {
    if (this.isDisposed) throw new Error('Webview is disposed');
  }
}
