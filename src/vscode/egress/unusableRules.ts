import * as vscode from 'vscode';
import type { Disposable } from '../../shared/disposable.ts';
import { CordonError } from '../../shared/errors.ts';
import { requireUsableRules } from '../../workspaces/proxy/requireUsableRules.ts';
import { parseSettings } from '../cordonSettings.ts';
import { errorSentence } from '../errorSentence.ts';
import { ErrorWithActions, showError } from '../showError.ts';

/** Tells a person of a rule that cannot be used whenever they change the rules in the settings. */
export function tellUnusableRules(): Disposable {
  return vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration('cordon.egress')) requireUsableRules(rulesInSettings()).catch(tell);
  });
}

function rulesInSettings() {
  const configuration = vscode.workspace.getConfiguration('cordon');
  // whoever reads all of them reports in the log what is no rule at all
  const report = () => undefined;
  return parseSettings((key) => configuration.get<unknown>(key), report).egress;
}

function tell(error: unknown): void {
  const sentence = vscode.l10n.t(
    '{0} Until the settings are corrected, workspaces with the network "filtered" that run keep to the rules from before, and no other one starts.',
    errorSentence(error),
  );
  showError(
    new ErrorWithActions(new CordonError('invalidRequest', sentence, error), {
      title: vscode.l10n.t('Open Settings'),
      run: () => vscode.commands.executeCommand('workbench.action.openSettings', 'cordon.egress'),
    }),
  );
}
