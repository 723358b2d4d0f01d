import * as vscode from 'vscode';
import type { Workspace } from '../workspaces/workspace.ts';
import { withoutControlCharacters } from './format.ts';
import { stateText } from './stateWords.ts';

/** Where no terminal can be opened now in the workspace that a folder has: why, and what leads out of that. */
export function whyNoTerminal(workspace: Workspace): string {
  return vscode.l10n.t(
    'No terminal can be opened in the workspace {0} now: {1}.',
    withoutControlCharacters(workspace.name),
    stateText(workspace),
  );
}

/** Offers what can be done with the workspaces of the open folder, and with the engine. */
export async function showActions(): Promise<void> {
  await vscode.commands.executeCommand('cordon.statusActions');
}
