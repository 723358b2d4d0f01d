import { readFileSync } from 'node:fs';
import type * as vscode from 'vscode';
import { EventEmitter } from './events.ts';

interface Contribution {
  readonly scope: string;
  readonly default: unknown;
}

let contributed: Readonly<Record<string, Contribution>> | undefined;

/** The settings of package.json: with what the person set, and what the folder would like to set. */
export class FakeSettings {
  readonly changes = new EventEmitter<vscode.ConfigurationChangeEvent>();
  private readonly ofPerson = new Map<string, unknown>();
  private readonly ofFolder = new Map<string, unknown>();

  get(key: string): unknown {
    const setting = contributions()[key];
    const isFolders = setting?.scope === 'window' || setting?.scope === 'resource';
    if (isFolders && this.ofFolder.has(key)) return this.ofFolder.get(key);
    return this.ofPerson.has(key) ? this.ofPerson.get(key) : setting?.default;
  }

  defaultOf(key: string): unknown {
    return contributions()[key]?.default;
  }

  /** The person changes a setting of their own. */
  set(key: string, value: unknown): void {
    this.ofPerson.set(key, value);
    this.tell(key);
  }

  /** Something writes a setting into the folder's `.vscode/settings.json`. */
  setInFolder(key: string, value: unknown): void {
    this.ofFolder.set(key, value);
    this.tell(key);
  }

  private tell(key: string): void {
    this.changes.fire({
      affectsConfiguration: (section) => key === section || key.startsWith(`${section}.`),
    });
  }
}

function contributions(): Readonly<Record<string, Contribution>> {
  if (!contributed) {
    const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
      contributes: { configuration: { properties: Record<string, Contribution> } };
    };
    contributed = manifest.contributes.configuration.properties;
  }
  return contributed;
}
