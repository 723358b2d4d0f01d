import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../shared/disposable.ts';
import { Emitter } from '../shared/event.ts';
import type { Log } from '../shared/log.ts';
import { parseSettings, type CordonSettings } from './cordonSettings.ts';

/** The settings of this window, read anew when they change. */
export class Settings implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changes = this.store.add(new Emitter<CordonSettings>());
  private readonly log: Pick<Log, 'warn'>;
  private settings: CordonSettings;

  readonly onDidChange = this.changes.event;

  constructor(log: Pick<Log, 'warn'>) {
    this.log = log;
    this.settings = this.read();
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (!change.affectsConfiguration('cordon')) return;
        this.settings = this.read();
        this.changes.fire(this.settings);
      }),
    );
  }

  get current(): CordonSettings {
    return this.settings;
  }

  dispose(): void {
    this.store.dispose();
  }

  private read(): CordonSettings {
    const configuration = vscode.workspace.getConfiguration('cordon');
    return parseSettings(
      (key) => configuration.get<unknown>(key),
      (key, reason) => {
        this.log.warn(
          reason === undefined
            ? `Setting cordon.${key} cannot be used; the safest value is used instead.`
            : `Setting cordon.${key} cannot be used: ${JSON.stringify(reason)}`,
        );
      },
    );
  }
}
