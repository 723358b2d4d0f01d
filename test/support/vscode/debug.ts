import type * as vscode from 'vscode';
import { Disposable, EventEmitter } from './events.ts';

/** Debugging as an extension has it: providers of configurations, and sessions that end. */
export class FakeDebug {
  readonly providers = new Map<string, vscode.DebugConfigurationProvider>();
  readonly ends = new EventEmitter<vscode.DebugSession>();
  /** Configurations that the extension wanted to start. */
  readonly started: Readonly<Record<string, unknown>>[] = [];

  provide(type: string, provider: vscode.DebugConfigurationProvider): Disposable {
    this.providers.set(type, provider);
    return new Disposable(() => this.providers.delete(type));
  }
}
