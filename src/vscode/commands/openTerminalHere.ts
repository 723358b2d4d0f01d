import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { workspaceFolder } from '../../isolation/imageVolumes.ts';
import { CordonError } from '../../shared/errors.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { showActions, whyNoTerminal } from '../noTerminal.ts';
import { allowTerminals } from '../allowTerminals.ts';
import { withoutLinks } from '../inertText.ts';
import type { OpenFolder, OpenFolders } from '../openFolders.ts';
import { mostActive } from '../statusBar.ts';
import { isPossible } from '../workspaceActions.ts';
import { workspaceTerminal, type TerminalDependencies } from '../workspaceTerminal.ts';
import type { Command } from './command.ts';

interface Dependencies extends TerminalDependencies {
  readonly service: TerminalDependencies['service'] & Pick<WorkspaceService, 'list'>;
  readonly folders: Pick<OpenFolders, 'list' | 'isOf'>;
}

/**
 * Opens a terminal in the folder that was chosen in the explorer, or in that of a file, as it is in the container; in the
 * open folder itself where the file that is shown is in none.
 */
export function openTerminalHere(dependencies: Dependencies): Command {
  return async (argument) => {
    const chosen = uriOf(argument);
    const shown = chosen ?? vscode.window.activeTextEditor?.document.uri;
    const open = dependencies.folders.list();
    const around = shown && open.find((each) => isBelow(each, shown.fsPath));
    const folder = chosen ? around : (around ?? open[0]);
    if (!folder) throw ofNoFolder();
    if (!(await allowTerminals())) return;
    const workspace = workspaceOf(folder, dependencies) ?? (await createFor(folder, dependencies));
    if (!workspace) return;
    const cwd = path.posix.join(workspaceFolder, ...(around ? await wayTo(around, shown.fsPath) : []));
    vscode.window.createTerminal(workspaceTerminal(workspace, dependencies, { cwd })).show();
  };
}

function ofNoFolder(): CordonError {
  return new CordonError(
    'invalidRequest',
    vscode.l10n.t('This file is in no folder that is open here. Open its folder first.'),
  );
}

/** Where the folder has workspaces of which none can be used now, another one is not what the person needs. */
async function createFor(folder: OpenFolder, dependencies: Dependencies) {
  const { service, folders } = dependencies;
  const unusable = mostActive(service.list().filter((workspace) => folders.isOf(workspace, folder)));
  if (unusable) {
    const actions = vscode.l10n.t('Show Actions');
    const answer = await vscode.window.showWarningMessage(withoutLinks(whyNoTerminal(unusable)), actions);
    if (answer === actions) await showActions();
    return undefined;
  }
  const button = vscode.l10n.t('Create Workspace');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('The folder has no workspace yet.'),
    button,
  );
  if (answer !== button) return undefined;
  await vscode.commands.executeCommand('cordon.createWorkspace', folder.path);
  return workspaceOf(folder, dependencies);
}

function workspaceOf(folder: OpenFolder, { service, folders }: Dependencies) {
  return mostActive(
    service
      .list()
      .filter((workspace) => folders.isOf(workspace, folder) && isPossible('openTerminal', workspace)),
  );
}

/** The names from the opened folder down to the folder that was chosen, or in which the file is. */
async function wayTo(folder: OpenFolder, target: string): Promise<string[]> {
  const names = path.relative(folder.path, target).split(path.sep).filter(Boolean);
  const stats = await stat(target).catch(() => undefined);
  return stats?.isDirectory() ? names : names.slice(0, -1);
}

function isBelow(folder: OpenFolder, target: string): boolean {
  const way = path.relative(folder.path, target);
  return !path.isAbsolute(way) && way.split(path.sep)[0] !== '..';
}

function uriOf(value: unknown): vscode.Uri | undefined {
  return value instanceof vscode.Uri && value.scheme === 'file' ? value : undefined;
}
