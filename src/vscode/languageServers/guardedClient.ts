import {
  BaseLanguageClient,
  CloseAction,
  ErrorAction,
  RevealOutputChannelOn,
  type DocumentSelector,
  type MessageTransports,
} from 'vscode-languageclient/node';
import type * as vscode from 'vscode';
import type { ServerConnection } from './serverConnection.ts';

interface ClientOptions {
  readonly id: string;
  readonly name: string;
  readonly selector: DocumentSelector;
  readonly folder: vscode.WorkspaceFolder;
  readonly initializationOptions: unknown;
  readonly channel: vscode.LogOutputChannel;
  readonly connection: ServerConnection;
}

/** A language client over a guarded connection. It starts nothing again, and shows nothing of its own accord. */
export class GuardedClient extends BaseLanguageClient {
  private readonly connection: ServerConnection;

  constructor({ id, name, selector, folder, initializationOptions, channel, connection }: ClientOptions) {
    super(id, name, {
      documentSelector: selector,
      workspaceFolder: folder,
      initializationOptions,
      outputChannel: channel,
      traceOutputChannel: channel,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      markdown: { isTrusted: false, supportHtml: false, supportThemeIcons: false },
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
      },
    });
    this.connection = connection;
  }

  /** What failed stands in the log: in a notification it would be the server's words. */
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  protected override createMessageTransports(): Promise<MessageTransports> {
    const { reader, writer } = this.connection;
    return Promise.resolve({ reader, writer });
  }
}
