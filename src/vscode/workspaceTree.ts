import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../shared/disposable.ts';
import type { PortForwards } from '../workspaces/ports/portForwards.ts';
import type { PortWatch } from '../workspaces/ports/portWatch.ts';
import type { Resources } from '../workspaces/resources/resources.ts';
import type { WorkspaceChange, Workspace } from '../workspaces/workspace.ts';
import type { WorkspaceService } from '../workspaces/workspaceService.ts';
import type { EgressRules } from '../workspaces/proxy/egressRules.ts';
import type { EgressWatch } from '../workspaces/proxy/egressWatch.ts';
import { EgressRows } from './egress/egressRows.ts';
import { detailNodes, resourcesItem } from './detailNodes.ts';
import type { OpenFolders } from './openFolders.ts';
import type { PortLooks } from './ports/portLooks.ts';
import { portNodes, type PortNode } from './ports/portNodes.ts';
import { resourceText, shortResources } from './resourceText.ts';
import type { SecurityAlerts } from './securityAlerts.ts';
import { shownStateOf } from './workspaceActions.ts';
import {
  workspaceIdOf,
  workspaceItem,
  type ResourcesNode,
  type TreeNode,
  type WorkspaceNode,
} from './workspaceNode.ts';

/** The ports that the tree shows, and whom it tells that somebody looks at them. */
interface TreePorts {
  readonly watch: Pick<PortWatch, 'latest' | 'onDidChange'>;
  readonly forwards: Pick<PortForwards, 'list' | 'onDidChange'>;
  readonly looks: Pick<PortLooks, 'isUnfolded' | 'forget'>;
}

/** The rows of the view `cordon.workspaces`: workspaces of the open folder first, then the others, each by name. */
export class WorkspaceTree implements vscode.TreeDataProvider<TreeNode>, Disposable {
  private readonly store = new DisposableStore();
  private readonly changes = this.store.add(new vscode.EventEmitter<TreeNode | undefined>());
  private readonly nodes = new Map<string, WorkspaceNode>();
  /** The rows of numbers, of workspaces that are unfolded. */
  private readonly resourcesNodes = new Map<string, ResourcesNode>();
  /** The numbers that each row shows. */
  private readonly numbers = new Map<WorkspaceNode | ResourcesNode, string>();
  private readonly service: Pick<WorkspaceService, 'list' | 'get' | 'sessions' | 'onDidChange'>;
  private readonly folders: Pick<OpenFolders, 'has' | 'onDidChange'>;
  private readonly alerts: Pick<SecurityAlerts, 'unanswered'>;
  private readonly resources: Pick<Resources, 'latest'>;
  private readonly ports: TreePorts;
  private readonly networks: EgressRows;

  readonly onDidChangeTreeData = this.changes.event;

  constructor(
    service: Pick<WorkspaceService, 'list' | 'get' | 'sessions' | 'onDidChange'>,
    folders: Pick<OpenFolders, 'has' | 'onDidChange'>,
    alerts: Pick<SecurityAlerts, 'unanswered' | 'onDidChange'>,
    resources: Pick<Resources, 'latest'>,
    ports: TreePorts,
    egress: Pick<EgressWatch, 'names' | 'onDidTry'>,
    egressRules: Pick<EgressRules, 'isLearning' | 'onDidChangeLearning'>,
  ) {
    this.service = service;
    this.folders = folders;
    this.alerts = alerts;
    this.resources = resources;
    this.ports = ports;
    this.networks = this.store.add(
      new EgressRows(egress, egressRules, (node) => {
        this.changes.fire(node);
      }),
    );
    for (const onDidChange of [ports.watch.onDidChange, ports.forwards.onDidChange])
      this.store.add(
        onDidChange((id) => {
          if (this.service.get(id)) this.changes.fire(this.nodeOf(id));
        }),
      );
    this.store.add(
      alerts.onDidChange((id) => {
        if (this.service.get(id)) this.changes.fire(this.nodeOf(id));
      }),
    );
    this.store.add(
      service.onDidChange((change) => {
        this.onChange(change);
      }),
    );
    this.store.add(
      folders.onDidChange(() => {
        this.refresh();
      }),
    );
  }

  /** Draws every row anew. */
  refresh(): void {
    this.changes.fire(undefined);
  }

  /**
   * Draws anew the rows that show numbers of a workspace: its own only where they read differently, for VS Code closes the
   * tooltip of a row that is drawn anew.
   */
  redrawNumbers(id: string): void {
    if (!this.service.get(id)) return;
    const node = this.nodeOf(id);
    const resourcesNode = this.resourcesNodes.get(id);
    if (this.hasOtherNumbers(node)) this.changes.fire(node);
    else if (resourcesNode && this.hasOtherNumbers(resourcesNode)) this.changes.fire(resourcesNode);
  }

  getChildren(node?: TreeNode): TreeNode[] {
    if (node === undefined) return this.inOrder().map((workspace) => this.nodeOf(workspace.id));
    const workspace = this.service.get(workspaceIdOf(node));
    if (!workspace) return [];
    if (node.kind === 'network') return this.networks.children(node, workspace);
    if (node.kind !== 'workspace') return [];
    this.ports.looks.isUnfolded(node.id);
    return detailNodes(node, workspace, {
      sessions: this.service.sessions(node.id),
      unansweredWarnings: this.alerts.unanswered(node.id),
      network: this.networks.nodeOf(node),
      resources: this.resourcesNodeOf(node),
      ports: this.portNodesOf(node, workspace),
    });
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    if (node.kind === 'detail') return node.item;
    const id = workspaceIdOf(node);
    const workspace = this.service.get(id);
    if (!workspace) return new vscode.TreeItem(vscode.l10n.t('removed'));
    if (node.kind === 'network') return this.networks.item(node, workspace);
    const used = this.resources.latest(id);
    this.numbers.set(node, this.numbersOf(node));
    if (node.kind === 'workspace') return workspaceItem(workspace, this.folders.has(workspace), used);
    return used ? resourcesItem(workspace, used) : new vscode.TreeItem(vscode.l10n.t('Resources'));
  }

  getParent(node: TreeNode): TreeNode | undefined {
    if (node.kind === 'workspace') return undefined;
    return 'triedName' in node ? this.networks.nodeOf(node.parent) : node.parent;
  }

  /** The row of a workspace, for revealing it. */
  nodeOf(id: string): WorkspaceNode {
    let node = this.nodes.get(id);
    if (!node) this.nodes.set(id, (node = { kind: 'workspace', id }));
    return node;
  }

  dispose(): void {
    this.store.dispose();
  }

  private forget(id: string): void {
    this.ports.looks.forget(id);
    this.networks.forget(id);
    for (const nodes of [this.nodes, this.resourcesNodes]) {
      const node = nodes.get(id);
      if (node) this.numbers.delete(node);
      nodes.delete(id);
    }
  }

  /** Nothing while it is not known what is used. */
  private resourcesNodeOf(parent: WorkspaceNode): ResourcesNode | undefined {
    if (!this.resources.latest(parent.id)) return undefined;
    let node = this.resourcesNodes.get(parent.id);
    if (!node) this.resourcesNodes.set(parent.id, (node = { kind: 'resources', parent }));
    return node;
  }

  private portNodesOf(parent: WorkspaceNode, workspace: Workspace): PortNode[] {
    const { watch, forwards } = this.ports;
    return portNodes(parent, shownStateOf(workspace), watch.latest(parent.id), forwards.list(parent.id));
  }

  private hasOtherNumbers(node: WorkspaceNode | ResourcesNode): boolean {
    return this.numbers.get(node) !== this.numbersOf(node);
  }

  private numbersOf(node: WorkspaceNode | ResourcesNode): string {
    const id = workspaceIdOf(node);
    const used = this.resources.latest(id);
    const workspace = this.service.get(id);
    if (!used || !workspace) return '';
    return node.kind === 'workspace' ? shortResources(used) : resourceText(used, workspace.limits);
  }

  private onChange({ id, previous, current }: WorkspaceChange): void {
    if (!current) this.forget(id);
    const isInPlace = previous !== undefined && current?.name === previous.name;
    this.changes.fire(isInPlace ? this.nodeOf(id) : undefined);
  }

  private inOrder(): Workspace[] {
    const rank = new Map<Workspace, number>();
    const workspaces = [...this.service.list()];
    for (const workspace of workspaces) rank.set(workspace, this.folders.has(workspace) ? 0 : 1);
    // Made when it is needed: its data take milliseconds to load.
    const { compare } = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
    return workspaces.sort(
      (a, b) => (rank.get(a) ?? 1) - (rank.get(b) ?? 1) || compare(a.name, b.name) || (a.id < b.id ? -1 : 1),
    );
  }
}
