import * as vscode from 'vscode';
import type { ResourceSample } from '../workspaces/resources/resourceSample.ts';
import type { Workspace } from '../workspaces/workspace.ts';
import { withoutControlCharacters } from './format.ts';
import { gradeIcon, gradeWords, isBelowB, isolationWord } from './isolationBadge.ts';
import { folderPathOf } from './openFolders.ts';
import { shortResources } from './resourceText.ts';
import { stateIcon, stateText } from './stateWords.ts';
import { contextValueOf, shownStateOf } from './workspaceActions.ts';

/** A row of the tree. The row of a workspace stays the same object while the workspace exists. */
export type TreeNode = WorkspaceNode | ResourcesNode | NetworkNode | DetailNode;

export interface WorkspaceNode {
  readonly kind: 'workspace';
  readonly id: string;
}

/** The row of what a workspace uses, which is drawn anew by itself. It stays the same object, too. */
export interface ResourcesNode {
  readonly kind: 'resources';
  readonly parent: WorkspaceNode;
}

/** The row of the network, which is drawn anew by itself as well, with what was tried below it. */
export interface NetworkNode {
  readonly kind: 'network';
  readonly parent: WorkspaceNode;
}

export interface DetailNode {
  readonly kind: 'detail';
  readonly parent: WorkspaceNode;
  readonly item: vscode.TreeItem;
  /** The session whose row it is. */
  readonly sessionId?: string;
}

/** The workspace that a row is of. */
export function workspaceIdOf(node: TreeNode): string {
  return node.kind === 'workspace' ? node.id : node.parent.id;
}

/** The row of one workspace. Names and paths are hostile input: they are shown as text only. */
export function workspaceItem(
  workspace: Workspace,
  isOfOpenFolder: boolean,
  used: ResourceSample | undefined,
): vscode.TreeItem {
  const item = new vscode.TreeItem(workspace.name, vscode.TreeItemCollapsibleState.Collapsed);
  const word = stateText(workspace);
  const parts = [word, ...(used ? [shortResources(used)] : []), workspace.profile, workspace.image];
  if (isBelowB(workspace)) parts.unshift(isolationWord(workspace.isolation));
  if (!isOfOpenFolder) parts.push(folderNameOf(workspace));
  item.id = workspace.id;
  item.description = parts.join(' · ');
  item.iconPath = isBelowB(workspace)
    ? gradeIcon(workspace.isolation.grade)
    : stateIcon(shownStateOf(workspace));
  item.contextValue = contextValueOf(workspace);
  item.tooltip = workspaceTooltip(workspace, word);
  item.accessibilityInformation = {
    label: vscode.l10n.t(
      'Workspace {0}, {1}, profile {2}, image {3}',
      workspace.name,
      workspace.isolation ? `${word}, ${isolationWord(workspace.isolation)}` : word,
      workspace.profile,
      workspace.image,
    ),
  };
  return item;
}

function workspaceTooltip(workspace: Workspace, word: string): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  tooltip.isTrusted = false;
  tooltip.supportHtml = false;
  const line = (text: string) => tooltip.appendText(withoutControlCharacters(text)).appendMarkdown('\n\n');
  line(`${workspace.name} · ${word}`);
  line(vscode.l10n.t('Folder: {0}', folderPathOf(workspace)));
  line(vscode.l10n.t('Image: {0}', workspace.image));
  line(
    vscode.l10n.t(
      'Profile: {0} · network: {1} · mount: {2}',
      workspace.profile,
      workspace.network,
      workspace.mount,
    ),
  );
  if (workspace.isolation)
    line(
      vscode.l10n.t('Isolation {0}: {1}', workspace.isolation.grade, gradeWords(workspace.isolation.grade)),
    );
  line(vscode.l10n.t('Running terminals and commands: {0}', workspace.activeTasks));
  if (workspace.lastError) line(vscode.l10n.t('Last error: {0}', workspace.lastError.message));
  return tooltip;
}

function folderNameOf(workspace: Workspace): string {
  return withoutControlCharacters(folderPathOf(workspace).split(/[/\\]/).findLast(Boolean) ?? '');
}
