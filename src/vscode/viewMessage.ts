import * as vscode from 'vscode';
import type { EngineState } from '../workspaces/containerEngine.ts';
import { withoutLinks } from './inertText.ts';

/** What stands above the rows while the engine is gone; empty for an empty view, which shows its welcome content. */
export function viewMessage(engine: EngineState, hasWorkspaces: boolean): string {
  if (engine.kind !== 'unavailable' || !hasWorkspaces) return '';
  return vscode.l10n.t('No container engine can be reached: {0}', withoutLinks(engine.error.message));
}
