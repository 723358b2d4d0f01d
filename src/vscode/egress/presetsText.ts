import * as vscode from 'vscode';
import type { EgressRules } from '../../workspaces/proxy/egressRules.ts';
import type { Workspace } from '../../workspaces/workspace.ts';

/** Which lists of names a workspace may reach now. */
export function presetsText(
  { egress }: Pick<Workspace, 'egress'>,
  rules: Pick<EgressRules, 'usualPresets'>,
): string {
  const names = (egress?.presets ?? rules.usualPresets()).join(', ');
  if (egress?.presets) return names === '' ? vscode.l10n.t('none') : names;
  return names === ''
    ? vscode.l10n.t('none, as the settings say')
    : vscode.l10n.t('{0}, as the settings say', names);
}
