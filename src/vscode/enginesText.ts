import * as vscode from 'vscode';
import type { EngineState } from '../workspaces/containerEngine.ts';
import { withoutControlCharacters as plain } from './format.ts';

/** Which engine was chosen and why, or where one was looked for and what went wrong, as a page of text. */
export function enginesText(state: EngineState): string {
  switch (state.kind) {
    case 'idle':
      return vscode.l10n.t('No container engine has been looked for yet.') + '\n';
    case 'connecting':
      return vscode.l10n.t('A container engine is being looked for.') + '\n';
    case 'connected': {
      const { info } = state;
      return [
        vscode.l10n.t(
          'Connected to {0} {1} (API {2})',
          plain(info.product),
          plain(info.version),
          info.apiVersion,
        ),
        vscode.l10n.t('Endpoint: {0}', plain(info.endpoint)),
        vscode.l10n.t('Chosen because: {0}', plain(info.chosenBecause)),
        info.rootless ? vscode.l10n.t('Rootless: yes') : vscode.l10n.t('Rootless: no'),
        vscode.l10n.t('Machine: {0} CPU, {1} MiB memory', info.cpus, info.memoryMiB),
        '',
      ].join('\n');
    }
    case 'unavailable':
      return [
        plain(state.error.message),
        '',
        vscode.l10n.t('Looked for at:'),
        ...state.attempts.flatMap((attempt) => [
          `  ${plain(attempt.endpoint)}  (${plain(attempt.chosenBecause)})`,
          `      ${plain(attempt.problem)}`,
        ]),
        '',
        vscode.l10n.t('Start Docker, Podman or another compatible engine,'),
        vscode.l10n.t('or name its address in the setting cordon.engine.host.'),
        '',
      ].join('\n');
  }
}
