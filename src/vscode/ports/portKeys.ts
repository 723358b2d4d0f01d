import * as vscode from 'vscode';
import type { Disposable } from '../../shared/disposable.ts';
import type { PortForwards } from '../../workspaces/ports/portForwards.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';

/** Keeps the context key by which the palette hides what needs a forwarded port. */
export function keepPortKeys(
  service: Pick<WorkspaceService, 'list'>,
  forwards: Pick<PortForwards, 'list' | 'onDidChange'>,
): Disposable {
  const tell = (key: string, value: boolean) => {
    void vscode.commands.executeCommand('setContext', key, value);
  };
  return forwards.onDidChange(() => {
    tell(
      'cordon.hasForwardedPorts',
      service.list().some(({ id }) => forwards.list(id).length > 0),
    );
  });
}
