import * as vscode from 'vscode';
import type { Workspace } from '../../workspaces/workspace.ts';
import { withoutLinks } from '../inertText.ts';

/** Says why there is nothing to allow for a workspace with another network than `filtered`. */
export function tellOtherNetwork({ name, network }: Workspace): void {
  const text = vscode.l10n.t(
    'The workspace {0} has the network "{1}". Names can be allowed one by one with the network "filtered".',
    name,
    network,
  );
  void vscode.window.showInformationMessage(withoutLinks(text));
}
