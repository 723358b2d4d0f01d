import * as vscode from 'vscode';
import type { ResourceSample } from '../workspaces/resources/resourceSample.ts';
import type { SessionInfo } from '../workspaces/session.ts';
import type { IsolationGrade, Workspace } from '../workspaces/workspace.ts';
import { describeLimits, describeMount, describeNetwork } from './choices.ts';
import { formatAge, withoutControlCharacters } from './format.ts';
import { gradeIcon, gradeWords, isBelowB, isolationWord } from './isolationBadge.ts';
import { folderPathOf } from './openFolders.ts';
import { resourceLine, resourceText, shortResources } from './resourceText.ts';
import { stateIcon, stateText } from './stateWords.ts';
import { contextValueOf, shownStateOf } from './workspaceActions.ts';

/** A row of the tree. The row of a workspace stays the same object while the workspace exists. */
export type TreeNode = WorkspaceNode | DetailNode;

export interface WorkspaceNode {
  readonly kind: 'workspace';
  readonly id: string;
}

export interface DetailNode {
  readonly kind: 'detail';
  readonly parent: WorkspaceNode;
  readonly item: vscode.TreeItem;
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

/** The rows below a workspace: container, network, mount, limits, what it uses and what runs in it. */
export function detailNodes(
  parent: WorkspaceNode,
  workspace: Workspace,
  {
    sessions,
    unansweredWarnings,
    used,
  }: {
    readonly sessions: readonly SessionInfo[];
    readonly unansweredWarnings: number;
    readonly used: ResourceSample | undefined;
  },
): DetailNode[] {
  const state = shownStateOf(workspace);
  const detail = (
    name: string,
    label: string,
    description: string,
    icon: string,
    tooltip?: string,
  ): DetailNode => {
    const item = new vscode.TreeItem(label);
    item.id = `${workspace.id}/${name}`;
    item.description = description;
    item.iconPath = new vscode.ThemeIcon(icon);
    item.contextValue = `${state}.detail.${name.split('/', 1)[0] ?? name}`;
    item.tooltip = new vscode.MarkdownString().appendText(tooltip ?? `${label}: ${description}`);
    item.accessibilityInformation = { label: `${label}: ${description}` };
    return { kind: 'detail', parent, item };
  };
  return [
    detail('container', vscode.l10n.t('Container'), describeContainer(workspace), 'package'),
    detail(
      'network',
      vscode.l10n.t('Network'),
      workspace.network,
      'globe',
      describeNetwork(workspace.network),
    ),
    detail(
      'mount',
      vscode.l10n.t('Mount'),
      `${workspace.mount} · /workspace`,
      'folder',
      `${describeMount(workspace.mount)}\n${folderPathOf(workspace)}`,
    ),
    ...(workspace.isolation ? [isolationNode(parent, workspace, workspace.isolation)] : []),
    detail('limits', vscode.l10n.t('Limits'), describeLimits(workspace.limits), 'dashboard'),
    ...(used
      ? [
          detail(
            'resources',
            vscode.l10n.t('Resources'),
            resourceLine(used, workspace.limits),
            'pulse',
            resourceText(used, workspace.limits),
          ),
        ]
      : []),
    ...(unansweredWarnings > 0 ? [warningsNode(parent, state, unansweredWarnings)] : []),
    ...sessions.map((session) =>
      detail(
        `session/${session.id}`,
        session.kind === 'terminal' ? vscode.l10n.t('Terminal') : vscode.l10n.t('Command'),
        `${withoutControlCharacters(session.command.join(' ')).slice(0, 200)} · ${formatAge(session.startedAt, vscode.env.language)}`,
        session.kind === 'terminal' ? 'terminal' : 'play',
      ),
    ),
  ];
}

/** The row of the last check, which opens the report. */
function isolationNode(
  parent: WorkspaceNode,
  workspace: Workspace,
  { grade, checkedAt }: IsolationGrade,
): DetailNode {
  const label = vscode.l10n.t('Isolation');
  const item = new vscode.TreeItem(label);
  item.id = `${workspace.id}/isolation`;
  item.description = vscode.l10n.t('{0} · checked {1}', grade, formatAge(checkedAt, vscode.env.language));
  item.iconPath = gradeIcon(grade);
  item.contextValue = `${shownStateOf(workspace)}.detail.isolation`;
  item.tooltip = new vscode.MarkdownString().appendText(
    vscode.l10n.t('Grade {0}: {1}', grade, gradeWords(grade)),
  );
  item.accessibilityInformation = { label: `${label}: ${grade}, ${gradeWords(grade)}`, role: 'button' };
  item.command = {
    command: 'cordon.showIsolation',
    title: vscode.l10n.t('Show Isolation Report'),
    arguments: [parent],
  };
  return { kind: 'detail', parent, item };
}

/** Chosen by mouse or keyboard it shows the security log. */
function warningsNode(parent: WorkspaceNode, state: string, count: number): DetailNode {
  const label = vscode.l10n.t('Security warnings');
  const description = vscode.l10n.t('{0} unanswered', count);
  const item = new vscode.TreeItem(label);
  item.id = `${parent.id}/security`;
  item.description = description;
  item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  item.contextValue = `${state}.detail.security`;
  item.tooltip = `${label}: ${description}`;
  item.accessibilityInformation = { label: `${label}: ${description}` };
  item.command = {
    command: 'cordon.showSecurityLog',
    title: vscode.l10n.t('Show Security Log'),
    arguments: [parent.id],
  };
  return { kind: 'detail', parent, item };
}

function describeContainer(workspace: Workspace): string {
  const { container } = workspace;
  const parts = [stateText(workspace)];
  if ('id' in container) parts.push(container.id.slice(0, 12));
  if ('startedAt' in container && container.startedAt)
    parts.push(vscode.l10n.t('started {0}', formatAge(container.startedAt, vscode.env.language)));
  if ('exitCode' in container) parts.push(vscode.l10n.t('exit code {0}', container.exitCode));
  if ('reason' in container && container.reason) parts.push(withoutControlCharacters(container.reason));
  return parts.join(' · ');
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
