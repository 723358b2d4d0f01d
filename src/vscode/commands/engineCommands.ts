import * as vscode from 'vscode';
import type { EngineSource } from '../../workspaces/containerEngine.ts';
import { enginesText } from '../enginesText.ts';
import { withProgress } from '../progress.ts';
import type { ReadonlyDocuments } from '../readonlyDocuments.ts';
import type { Command } from './command.ts';

/** Looks for an engine again at once. */
export function retryEngine({ engines }: { engines: Pick<EngineSource, 'retry' | 'get'> }): Command {
  return async () => {
    engines.retry();
    await withProgress(vscode.l10n.t('Looking for a container engine'), ({ signal }) => engines.get(signal));
  };
}

/** Shows which engine was chosen and why, or where one was looked for. */
export function showEngines({
  engines,
  documents,
}: {
  readonly engines: Pick<EngineSource, 'state'>;
  readonly documents: Pick<ReadonlyDocuments, 'show'>;
}): Command {
  return () => documents.show(vscode.l10n.t('Container Engines'), enginesText(engines.state));
}
