import * as vscode from 'vscode';
import type { ResourceSample } from '../workspaces/resources/resourceSample.ts';
import type { SessionInfo } from '../workspaces/session.ts';
import type { IsolationGrade, Workspace } from '../workspaces/workspace.ts';
import { describeLimits, describeMount } from './choices.ts';
import { formatAge, withoutControlCharacters } from './format.ts';
import { gradeIcon, gradeWords } from './isolationBadge.ts';
import { folderPathOf } from './openFolders.ts';
import { sessionIcons, sessionStateWord, sessionWord } from './sessionWords.ts';
import { resourceLine, resourceText } from './resourceText.ts';
import { stateText } from './stateWords.ts';
import { shownStateOf } from './workspaceActions.ts';
import type { DetailNode, NetworkNode, ResourcesNode, TreeNode, WorkspaceNode } from './workspaceNode.ts';

/** The rows below a workspace: container, network, mount, limits, what it uses and what runs in it. */
export function detailNodes(
  parent: WorkspaceNode,
  workspace: Workspace,
  {
    sessions,
    unansweredWarnings,
    network,
    resources,
    ports,
  }: {
    readonly sessions: readonly SessionInfo[];
    readonly unansweredWarnings: number;
    readonly network: NetworkNode;
    readonly resources: ResourcesNode | undefined;
    readonly ports: readonly DetailNode[];
  },
): TreeNode[] {
  const detail = (...row: DetailRow): DetailNode => ({
    kind: 'detail',
    parent,
    item: detailItem(workspace, ...row),
  });
  return [
    detail('container', vscode.l10n.t('Container'), describeContainer(workspace), 'package'),
    network,
    detail(
      'mount',
      vscode.l10n.t('Mount'),
      `${workspace.mount} · /workspace`,
      'folder',
      `${describeMount(workspace.mount)}\n${folderPathOf(workspace)}`,
    ),
    ...(workspace.isolation ? [isolationNode(parent, workspace, workspace.isolation)] : []),
    detail('limits', vscode.l10n.t('Limits'), describeLimits(workspace.limits), 'dashboard'),
    ...(resources ? [resources] : []),
    ...(unansweredWarnings > 0 ? [warningsNode(parent, shownStateOf(workspace), unansweredWarnings)] : []),
    ...ports,
    // A forwarded port has a row of its own.
    ...sessions
      .filter(({ kind }) => kind !== 'port')
      .map((session) => ({
        ...detail(
          `session/${session.id}`,
          sessionWord(session.kind),
          `${withoutControlCharacters(session.command.join(' ')).slice(0, 200)} · ${formatAge(session.startedAt, vscode.env.language)}`,
          sessionIcons[session.kind],
          `${withoutControlCharacters(session.command.join(' ')).slice(0, 200)}\n${sessionStateWord(session.state)}`,
        ),
        sessionId: session.id,
      })),
  ];
}

/** The row of what a running workspace uses of its limits. */
export function resourcesItem(workspace: Workspace, used: ResourceSample): vscode.TreeItem {
  return detailItem(
    workspace,
    'resources',
    vscode.l10n.t('Resources'),
    resourceLine(used, workspace.limits),
    'pulse',
    resourceText(used, workspace.limits),
  );
}

type DetailRow = [name: string, label: string, description: string, icon: string, tooltip?: string];

function detailItem(
  workspace: Workspace,
  ...[name, label, description, icon, tooltip]: DetailRow
): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.id = `${workspace.id}/${name}`;
  item.description = description;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.contextValue = `${shownStateOf(workspace)}.detail.${name.split('/', 1)[0] ?? name}`;
  item.tooltip = new vscode.MarkdownString().appendText(tooltip ?? `${label}: ${description}`);
  item.accessibilityInformation = { label: `${label}: ${description}` };
  return item;
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
  if ('reason' in container && container.reason) parts.push(withoutControlCharacters(container.reason));
  else if ('exitCode' in container) parts.push(vscode.l10n.t('exit code {0}', container.exitCode));
  return parts.join(' · ');
}
