import type * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { PortWatch } from '../../workspaces/ports/portWatch.ts';
import type { TreeNode } from '../workspaceNode.ts';

type View = Pick<
  vscode.TreeView<TreeNode>,
  'visible' | 'onDidChangeVisibility' | 'onDidExpandElement' | 'onDidCollapseElement'
>;

/** Has the ports of workspaces looked at whose rows are unfolded in a view that is visible, and of no others. */
export class PortLooks implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly unfolded = new Set<string>();
  private readonly looks = new Map<string, Disposable>();
  private readonly watch: Pick<PortWatch, 'look'>;
  private view: View | undefined;

  constructor(watch: Pick<PortWatch, 'look'>) {
    this.watch = watch;
  }

  /** The view whose rows count. */
  follow(view: View): void {
    this.view = view;
    this.subscriptions.add(
      view.onDidChangeVisibility(() => {
        this.update();
      }),
    );
    this.subscriptions.add(
      view.onDidCollapseElement(({ element }) => {
        if (element.kind !== 'workspace') return;
        this.unfolded.delete(element.id);
        this.update();
      }),
    );
    this.subscriptions.add(
      view.onDidExpandElement(({ element }) => {
        if (element.kind === 'workspace') this.isUnfolded(element.id);
      }),
    );
  }

  /** The rows below a workspace are drawn: VS Code asks for them only where they are shown. */
  isUnfolded(workspaceId: string): void {
    this.unfolded.add(workspaceId);
    this.update();
  }

  /** The workspace is gone. */
  forget(workspaceId: string): void {
    this.unfolded.delete(workspaceId);
    this.update();
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.unfolded.clear();
    this.update();
  }

  private update(): void {
    const isVisible = this.view?.visible === true;
    for (const [id, look] of this.looks)
      if (!isVisible || !this.unfolded.has(id)) {
        this.looks.delete(id);
        look.dispose();
      }
    if (!isVisible) return;
    for (const id of this.unfolded) if (!this.looks.has(id)) this.looks.set(id, this.watch.look(id));
  }
}
