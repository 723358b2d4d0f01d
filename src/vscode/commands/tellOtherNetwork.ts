import * as vscode from 'vscode';
import type { Workspace } from '../../workspaces/workspace.ts';

/** Says why there is nothing to allow for a workspace with another network than `filtered`. */
export function tellOtherNetwork({ name, network }: Workspace): void {
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      'The workspace {0} has the network "{1}". Names can be allowed one by one with the network "filtered".',
      name,
      network,
    ),
  );
}
