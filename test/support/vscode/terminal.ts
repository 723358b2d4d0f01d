import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { EventEmitter, until } from './events.ts';
import { TerminalExitReason } from './values.ts';

/** A terminal of an extension: what its pseudoterminal wrote, and the keys of the person. */
export class FakeTerminal {
  readonly name: string;
  readonly creationOptions: vscode.ExtensionTerminalOptions;
  /** Everything written so far, escape sequences included. */
  output = '';
  isShown = false;
  /** The exit code with which it closed; `undefined` while it is open or when the person closed it. */
  exitCode: number | undefined;
  isOpen = true;
  private reason: 'User' | 'Shutdown' | 'Process' = 'Process';
  private readonly onClose: () => void;
  private readonly changes = new EventEmitter<undefined>();

  constructor(options: vscode.ExtensionTerminalOptions, onClose: () => void) {
    this.name = options.name;
    this.creationOptions = options;
    this.onClose = onClose;
    this.pty.onDidWrite((text) => {
      this.output += text;
      this.changes.fire(undefined);
    });
    this.pty.onDidClose?.((code) => {
      this.exitCode = typeof code === 'number' ? code : 0;
      this.end();
    });
    // VS Code opens it once there is room for it on the screen.
    queueMicrotask(() => {
      this.pty.open({ columns: 100, rows: 30 });
    });
  }

  show(): void {
    this.isShown = true;
  }

  /** The person types these characters. */
  type(text: string): void {
    assert.ok(this.isOpen, `The terminal ${this.name} is closed`);
    this.pty.handleInput?.(text);
  }

  /** The person gives it another size. */
  resize(columns: number, rows: number): void {
    this.pty.setDimensions?.({ columns, rows });
  }

  get exitStatus(): { readonly code: number | undefined; readonly reason: number } | undefined {
    return this.isOpen ? undefined : { code: this.exitCode, reason: TerminalExitReason[this.reason] };
  }

  /** The person closes it, or it goes with the window. */
  close(reason: 'User' | 'Shutdown' = 'User'): void {
    this.reason = reason;
    this.end();
    this.pty.close();
  }

  /** Waits until the output has this text. */
  async shows(text: string): Promise<void> {
    await this.until(() => this.output.includes(text), `shows ${text}`);
  }

  /** Waits until it has closed, and gives its exit code. */
  async closes(): Promise<number | undefined> {
    await this.until(() => !this.isOpen, 'is closed');
    return this.exitCode;
  }

  private async until(isSo: () => boolean, what: string): Promise<void> {
    await until(isSo, this.changes.event, () => `The terminal ${this.name} never ${what}: ${this.output}`);
  }

  private end(): void {
    this.isOpen = false;
    this.onClose();
    this.changes.fire(undefined);
  }

  private get pty(): vscode.Pseudoterminal {
    return this.creationOptions.pty;
  }
}
