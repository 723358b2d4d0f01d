import * as vscode from 'vscode';
import type { TriedName } from '../../workspaces/proxy/egressTally.ts';
import type { EgressRules } from '../../workspaces/proxy/egressRules.ts';
import type { EgressWatch } from '../../workspaces/proxy/egressWatch.ts';
import { egressAddress, nameAndPort } from '../../workspaces/proxy/egressWords.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { Disposable } from '../../shared/disposable.ts';
import { describeNetwork } from '../choices.ts';
import { formatAge } from '../format.ts';
import { shownStateOf } from '../workspaceActions.ts';
import type { DetailNode, NetworkNode, WorkspaceNode } from '../workspaceNode.ts';
import { inOrder } from './inOrder.ts';
import {
  canBeAllowed,
  carriedText,
  triedNameIcon,
  triedNameSession,
  triedNameText,
} from './triedNameText.ts';

/** More rows than a person reads; the list of all is one click away. */
const mostRows = 20;

/** The row of a name that a workspace tried to reach. */
export interface TriedNameNode extends DetailNode {
  readonly triedName: TriedName;
}

/** Rows that are drawn anew more often cannot be read, or hit with a mouse. */
const redrawMs = 1000;

/** The row of the network of a workspace, with what a filtered one tried to reach below it. */
export class EgressRows implements Disposable {
  private readonly egress: Pick<EgressWatch, 'names'>;
  private readonly rules: Pick<EgressRules, 'isLearning'>;
  private readonly redraw: (node: NetworkNode) => void;
  private readonly subscriptions: readonly Disposable[];
  private readonly nodes = new Map<string, NetworkNode>();
  /** What the rows say, by workspace. */
  private readonly drawn = new Map<string, string>();
  private readonly timers = new Map<string, NodeJS.Timeout>();

  /** `redraw` is called where a row that was shown reads differently now, once a second at most. */
  constructor(
    egress: Pick<EgressWatch, 'names' | 'onDidTry'>,
    rules: Pick<EgressRules, 'isLearning' | 'onDidChangeLearning'>,
    redraw: (node: NetworkNode) => void,
  ) {
    this.egress = egress;
    this.rules = rules;
    this.redraw = redraw;
    this.subscriptions = [
      egress.onDidTry(({ workspaceId }) => {
        this.redrawSoon(workspaceId);
      }),
      rules.onDidChangeLearning((workspaceId) => {
        const node = this.nodes.get(workspaceId);
        if (node) redraw(node);
      }),
    ];
  }

  /** The row stays the same object while the workspace exists, so that it can be drawn anew by itself. */
  nodeOf(parent: WorkspaceNode): NetworkNode {
    let node = this.nodes.get(parent.id);
    if (!node) this.nodes.set(parent.id, (node = { kind: 'network', parent }));
    return node;
  }

  forget(workspaceId: string): void {
    this.nodes.delete(workspaceId);
    this.drawn.delete(workspaceId);
    clearTimeout(this.timers.get(workspaceId));
    this.timers.delete(workspaceId);
  }

  dispose(): void {
    for (const each of this.subscriptions) each.dispose();
    for (const id of [...this.nodes.keys()]) this.forget(id);
  }

  item(node: NetworkNode, workspace: Workspace): vscode.TreeItem {
    const names = this.namesOf(workspace);
    this.drawn.set(workspace.id, textOf(names));
    const label = vscode.l10n.t('Network');
    const item = new vscode.TreeItem(
      label,
      names.length > 0 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
    );
    const isLearning = this.rules.isLearning(workspace.id);
    const description = [
      workspace.network,
      isLearning ? vscode.l10n.t('reaches every name for now') : [],
      ...countsOf(names),
    ]
      .flat()
      .join(' · ');
    item.id = `${workspace.id}/network`;
    item.description = description;
    item.iconPath = isLearning
      ? new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'))
      : new vscode.ThemeIcon('globe');
    item.contextValue = `${shownStateOf(workspace)}.detail.network`;
    item.tooltip = new vscode.MarkdownString().appendText(describeNetwork(workspace.network));
    item.accessibilityInformation = { label: `${label}: ${description}` };
    if (workspace.network === 'filtered')
      item.command = {
        command: 'cordon.editEgress',
        title: vscode.l10n.t('Names That It May Reach…'),
        arguments: [node.parent],
      };
    return item;
  }

  children({ parent }: NetworkNode, workspace: Workspace): DetailNode[] {
    const names = this.namesOf(workspace);
    const rows = inOrder(names, mostRows).map((triedName): TriedNameNode => ({
      kind: 'detail',
      parent,
      triedName,
      item: triedNameItem(workspace, triedName),
    }));
    const rest = names.length - rows.length;
    return rest > 0 ? [...rows, { kind: 'detail', parent, item: restItem(parent, rest) }] : rows;
  }

  private namesOf({ id, network }: Workspace): readonly TriedName[] {
    return network === 'filtered' ? inOrder(this.egress.names(id)) : [];
  }

  private redrawSoon(id: string): void {
    if (this.timers.has(id) || !this.nodes.has(id)) return;
    this.redrawNow(id);
    const timer = setTimeout(() => {
      this.timers.delete(id);
      this.redrawNow(id);
    }, redrawMs).unref();
    this.timers.set(id, timer);
  }

  private redrawNow(id: string): void {
    const node = this.nodes.get(id);
    if (node && this.drawn.get(id) !== textOf(inOrder(this.egress.names(id)))) this.redraw(node);
  }
}

function textOf(names: readonly TriedName[]): string {
  return names.map((name) => `${egressAddress(name)} ${triedNameText(name)}`).join('\n');
}

/** How many names were denied and allowed the last time that they were tried. */
function countsOf(names: readonly TriedName[]): string[] {
  const denied = names.filter(({ verdict }) => verdict === 'denied').length;
  const allowed = names.length - denied;
  return [
    ...(allowed > 0 ? [vscode.l10n.t('{0} allowed', allowed)] : []),
    ...(denied > 0 ? [vscode.l10n.t('{0} denied', denied)] : []),
  ];
}

/** Chosen by mouse or keyboard it asks what is to become of the name. */
function triedNameItem(workspace: Workspace, tried: TriedName): vscode.TreeItem {
  const name = nameAndPort(tried);
  const description = triedNameText(tried);
  const item = new vscode.TreeItem(name);
  item.id = `${workspace.id}/network/${egressAddress(tried)}`;
  item.description = description;
  item.iconPath = new vscode.ThemeIcon(
    triedNameIcon(tried),
    canBeAllowed(tried) ? new vscode.ThemeColor('list.warningForeground') : undefined,
  );
  const kind = canBeAllowed(tried)
    ? 'deniedName'
    : tried.verdict === 'allowed'
      ? 'allowedName'
      : 'refusedName';
  item.contextValue = `${shownStateOf(workspace)}.detail.${kind}`;
  const { allowed, denied } = tried.counts;
  item.tooltip = new vscode.MarkdownString().appendText(
    [
      `${name}: ${description}`,
      vscode.l10n.t('allowed: {0}, denied: {1}, last {2}', allowed, denied, ageOf(tried)),
      carriedText(tried) ?? [],
      triedNameSession(tried) ?? [],
    ]
      .flat()
      .join('\n'),
  );
  item.accessibilityInformation = { label: `${name}: ${description}` };
  item.command = {
    command: 'cordon.editEgress',
    title: vscode.l10n.t('Names That It May Reach…'),
    arguments: [{ kind: 'workspace', id: workspace.id }, tried],
  };
  return item;
}

function restItem(parent: WorkspaceNode, rest: number): vscode.TreeItem {
  const label = vscode.l10n.t('More names: {0}', rest);
  const item = new vscode.TreeItem(label);
  item.id = `${parent.id}/network//more`;
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.accessibilityInformation = { label };
  item.command = {
    command: 'cordon.editEgress',
    title: vscode.l10n.t('Names That It May Reach…'),
    arguments: [parent],
  };
  return item;
}

const ageOf = ({ atMs }: TriedName) => formatAge(new Date(atMs).toISOString(), vscode.env.language);
