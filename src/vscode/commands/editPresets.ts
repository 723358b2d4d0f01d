import * as vscode from 'vscode';
import { egressPresetNames, type EgressPreset } from '../../isolation/egress/egressPreset.ts';
import { egressPresets } from '../../isolation/egress/egressPresets.ts';
import type { EgressRules } from '../../workspaces/proxy/egressRules.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import { withoutIcons } from '../inertText.ts';
import { withProgress } from '../progress.ts';

type Rules = Pick<EgressRules, 'usualPresets' | 'change'>;

/** What a list of names is for. */
const purposes: Readonly<Record<EgressPreset, () => string>> = {
  packages: () => vscode.l10n.t('registries of package managers, and where these send for the files'),
  source: () => vscode.l10n.t('code hosts, to which whoever may reach them can send data'),
  documentation: () => vscode.l10n.t('documentation of languages and tools'),
};

/** Asks which lists of names a workspace may reach. Once it got others, it has its own, whatever the settings say. */
export async function editPresets({ id, name, egress }: Workspace, rules: Rules): Promise<void> {
  const now = egress?.presets ?? rules.usualPresets();
  const picked = await vscode.window.showQuickPick(
    egressPresetNames.map((preset) => ({
      label: preset,
      description: vscode.l10n.t('{0} names', egressPresets[preset].length),
      detail: purposes[preset](),
      picked: now.includes(preset),
      preset,
    })),
    {
      title: vscode.l10n.t('Lists of names that {0} may reach', withoutIcons(name)),
      placeHolder: vscode.l10n.t('Tick what it may reach, and press Enter'),
      canPickMany: true,
      ignoreFocusOut: true,
    },
  );
  if (!picked) return;
  const wanted = picked.map(({ preset }) => preset);
  if (egressPresetNames.every((preset) => wanted.includes(preset) === now.includes(preset))) return;
  await withProgress(vscode.l10n.t('Changing {0}', name), (options) =>
    rules.change(id, (now) => ({ ...now, presets: wanted }), options),
  );
}
