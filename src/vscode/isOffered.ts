import * as vscode from 'vscode';
import type { Workspace } from '../workspaces/workspace.ts';
import { isPossible, type WorkspaceAction } from './workspaceActions.ts';

/** Whether a person is offered an action for a workspace as it is now, in a window like this one. */
export function isOffered(
  action: WorkspaceAction,
  workspace: Pick<Workspace, 'status' | 'container' | 'frozen' | 'network'>,
): boolean {
  return isPossible(action, workspace) && (action !== 'revealFolder' || hasFileManager());
}

/** Whether the machine that this runs on is the one that the person sits at. */
function hasFileManager(): boolean {
  const { remoteName, uiKind } = vscode.env;
  return uiKind !== vscode.UIKind.Web && (remoteName === undefined || remoteName === 'wsl');
}
