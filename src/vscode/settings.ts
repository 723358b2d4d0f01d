import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../shared/disposable.ts';
import { Emitter } from '../shared/event.ts';
import type { Log } from '../shared/log.ts';
import { parseSettings, type CordonSettings } from './cordonSettings.ts';

/** Settings that have changed. */
export interface SettingsChange {
  /** What was used until now; missing where nobody had asked for it yet. */
  readonly previous: CordonSettings | undefined;
  readonly current: CordonSettings;
}

/** The settings of this window: read when they are first asked for, and anew when they change. */
export class Settings implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changes = this.store.add(new Emitter<SettingsChange>());
  private readonly log: Pick<Log, 'warn'>;
  private settings: CordonSettings | undefined;

  readonly onDidChange = this.changes.event;

  constructor(log: Pick<Log, 'warn'>) {
    this.log = log;
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (!change.affectsConfiguration('cordon')) return;
        const previous = this.settings;
        const current = this.read();
        this.settings = current;
        this.changes.fire({ previous, current });
      }),
    );
  }

  get current(): CordonSettings {
    return (this.settings ??= this.read());
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
