import * as vscode from 'vscode';
import { hasCode } from '../../shared/errors.ts';
import { OpenToWorkspace } from '../../workspaces/folders/openToWorkspace.ts';
import { ProxyImageMissing } from '../../workspaces/proxy/requireProxyImage.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { UpdateWorkspaceRequest } from '../../workspaces/workspaceRequest.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { confirmOpen } from '../confirmOpen.ts';
import { openProxyImageSetting } from '../openProxyImageSetting.ts';
import { pickImage } from '../pickImage.ts';
import { withProgress } from '../progress.ts';
import { back } from '../quickInput.ts';
import { ErrorWithActions, type ErrorAction } from '../showError.ts';

export interface WayOutDependencies {
  readonly service: Pick<WorkspaceService, 'listImages' | 'update'>;
  /** Runs what a button of a message asks for as a command is run. */
  readonly runLater: (work: () => Promise<void>) => void;
}

/** The error of a workspace that could not be started or resumed, with what else can be done with it as buttons. */
export function withWaysOut(
  error: unknown,
  workspace: Pick<Workspace, 'id' | 'name'>,
  dependencies: WayOutDependencies,
): unknown {
  const ways = waysOut(error, workspace, dependencies);
  return ways.length > 0 ? new ErrorWithActions(error, ...ways) : error;
}

function waysOut(
  error: unknown,
  { id, name }: Pick<Workspace, 'id' | 'name'>,
  { service, runLater }: WayOutDependencies,
): readonly ErrorAction[] {
  if (error instanceof OpenToWorkspace)
    return [
      {
        title: vscode.l10n.t('Restart Workspace'),
        run: () => vscode.commands.executeCommand('cordon.restart', id),
      },
    ];
  /** Changes it first, as a command of its own. */
  const startWith = (choice: UpdateWorkspaceRequest) => async () => {
    await withProgress(vscode.l10n.t('Changing {0}', name), (options) => service.update(id, choice, options));
    await vscode.commands.executeCommand('cordon.start', id);
  };
  if (error instanceof ProxyImageMissing)
    return [
      {
        title: vscode.l10n.t('Change to "isolated"'),
        run: () => {
          runLater(startWith({ network: 'isolated' }));
        },
      },
      {
        title: vscode.l10n.t('Change to "open"…'),
        run: () => {
          runLater(async () => {
            if (await confirmOpen(name, vscode.l10n.t('Change'))) await startWith({ network: 'open' })();
          });
        },
      },
      { title: vscode.l10n.t('Proxy Image…'), run: openProxyImageSetting },
    ];
  if (!hasCode(error, 'imageNotFound') && !hasCode(error, 'imagePullFailed')) return [];
  const startWithOther = async () => {
    const image = await pickImage({ title: vscode.l10n.t('Image of {0}', name) }, undefined, service);
    if (image !== undefined && image !== back) await startWith({ image })();
  };
  return [
    {
      title: vscode.l10n.t('Choose Local Image…'),
      run: () => {
        runLater(startWithOther);
      },
    },
  ];
}
