import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../shared/disposable.ts';
import type { EngineAttempt, EngineSource } from '../workspaces/containerEngine.ts';

/** A place where an engine was looked for, or what went wrong there. */
export type EngineNode = EngineAttempt | { readonly problemOf: EngineAttempt };

/** The rows of the view `cordon.engines`, shown while no engine is reachable: where it was looked for and what went wrong. */
export class EngineTree implements vscode.TreeDataProvider<EngineNode>, Disposable {
  private readonly store = new DisposableStore();
  private readonly changes = this.store.add(new vscode.EventEmitter<undefined>());
  private readonly engines: Pick<EngineSource, 'state'>;

  readonly onDidChangeTreeData = this.changes.event;

  constructor(engines: Pick<EngineSource, 'state' | 'onDidChangeState'>) {
    this.engines = engines;
    this.store.add(
      engines.onDidChangeState(() => {
        this.changes.fire(undefined);
      }),
    );
  }

  getChildren(node?: EngineNode): EngineNode[] {
    if (node !== undefined) return 'problemOf' in node ? [] : [{ problemOf: node }];
    const { state } = this.engines;
    return state.kind === 'unavailable' ? [...state.attempts] : [];
  }

  getTreeItem(node: EngineNode): vscode.TreeItem {
    if ('problemOf' in node) {
      const item = new vscode.TreeItem(node.problemOf.problem);
      item.iconPath = new vscode.ThemeIcon('warning');
      item.tooltip = new vscode.MarkdownString().appendText(node.problemOf.problem);
      return item;
    }
    const item = new vscode.TreeItem(node.endpoint, vscode.TreeItemCollapsibleState.Expanded);
    item.description = node.chosenBecause;
    item.iconPath = new vscode.ThemeIcon('circle-slash');
    item.tooltip = new vscode.MarkdownString().appendText(`${node.endpoint}: ${node.problem}`);
    return item;
  }

  dispose(): void {
    this.store.dispose();
  }
}
