import * as vscode from 'vscode';
import type { LoggedError } from '../../shared/errorMemory.ts';
import { diagnosisText, type CoreFacts } from '../../workspaces/diagnosis.ts';
import { settingKeys } from '../settingKeys.ts';
import type { Command } from './command.ts';

/** What the window knows beside the core. */
export interface DiagnosisSource {
  readonly core: () => Promise<CoreFacts>;
  readonly versions: () => Readonly<Record<string, string>>;
  readonly errors: () => readonly LoggedError[];
  /** Home folders of the person, as absolute paths. */
  readonly homes: readonly string[];
}

/** Opens a document with everything that a report of a bug should say, and nothing secret. */
export function diagnose({ diagnosis }: { readonly diagnosis: DiagnosisSource }): Command {
  return async () => {
    const content = diagnosisText({
      ...(await diagnosis.core()),
      at: new Date().toISOString(),
      versions: { ...diagnosis.versions(), 'VS Code': vscode.version },
      settings: changedSettings(),
      errors: diagnosis.errors(),
      homes: diagnosis.homes,
    });
    const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
    await vscode.window.showTextDocument(document);
  };
}

function changedSettings(): Record<string, unknown> {
  const configuration = vscode.workspace.getConfiguration('cordon');
  return Object.fromEntries(
    settingKeys.flatMap((key) => {
      const value = configuration.get<unknown>(key);
      const usual = configuration.inspect<unknown>(key)?.defaultValue;
      return JSON.stringify(value) === JSON.stringify(usual) ? [] : [[`cordon.${key}`, value]];
    }),
  );
}
