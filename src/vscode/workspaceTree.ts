import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../shared/disposable.ts';
import type { Resources } from '../workspaces/resources/resources.ts';
import type { WorkspaceChange, Workspace } from '../workspaces/workspace.ts';
import type { WorkspaceService } from '../workspaces/workspaceService.ts';
import type { OpenFolders } from './openFolders.ts';
import { figuresOf } from './resourceText.ts';
import type { SecurityAlerts } from './securityAlerts.ts';
import { detailNodes, workspaceItem, type TreeNode, type WorkspaceNode } from './workspaceNode.ts';

/** The rows of the view `cordon.workspaces`: workspaces of the open folder first, then the others, each by name. */
export class WorkspaceTree implements vscode.TreeDataProvider<TreeNode>, Disposable {
  private readonly store = new DisposableStore();
  private readonly changes = this.store.add(new vscode.EventEmitter<TreeNode | undefined>());
  private readonly nodes = new Map<string, WorkspaceNode>();
  /** The numbers that each row shows. */
  private readonly numbers = new Map<string, string>();
  private readonly service: Pick<WorkspaceService, 'list' | 'get' | 'sessions' | 'onDidChange'>;
  private readonly folders: Pick<OpenFolders, 'has' | 'onDidChange'>;
  private readonly alerts: Pick<SecurityAlerts, 'unanswered'>;
  private readonly resources: Pick<Resources, 'latest'>;

  readonly onDidChangeTreeData = this.changes.event;

  constructor(
    service: Pick<WorkspaceService, 'list' | 'get' | 'sessions' | 'onDidChange'>,
    folders: Pick<OpenFolders, 'has' | 'onDidChange'>,
    alerts: Pick<SecurityAlerts, 'unanswered' | 'onDidChange'>,
    resources: Pick<Resources, 'latest'>,
  ) {
    this.service = service;
    this.folders = folders;
    this.alerts = alerts;
    this.resources = resources;
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

  /** Draws the row of a workspace anew where it shows other numbers than what is used now. */
  redrawNumbers(id: string): void {
    if (this.service.get(id) && this.numbers.get(id) !== figuresOf(this.resources.latest(id)))
      this.changes.fire(this.nodeOf(id));
  }

  getChildren(node?: TreeNode): TreeNode[] {
    if (node === undefined) return this.inOrder().map((workspace) => this.nodeOf(workspace.id));
    if (node.kind === 'detail') return [];
    const workspace = this.service.get(node.id);
    return workspace
      ? detailNodes(node, workspace, {
          sessions: this.service.sessions(node.id),
          unansweredWarnings: this.alerts.unanswered(node.id),
          used: this.resources.latest(node.id),
        })
      : [];
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    if (node.kind === 'detail') return node.item;
    const workspace = this.service.get(node.id);
    if (!workspace) return new vscode.TreeItem(vscode.l10n.t('removed'));
    const used = this.resources.latest(node.id);
    this.numbers.set(node.id, figuresOf(used));
    return workspaceItem(workspace, this.folders.has(workspace), used);
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.kind === 'detail' ? node.parent : undefined;
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

  private onChange({ id, previous, current }: WorkspaceChange): void {
    if (!current) {
      this.nodes.delete(id);
      this.numbers.delete(id);
    }
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
