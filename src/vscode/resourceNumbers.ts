import type * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../shared/disposable.ts';
import type { Resources } from '../workspaces/resources/resources.ts';

/**
 * Has the tree show what running workspaces use, while it is visible. Whether the window has the focus does not matter:
 * people look at numbers while they work in another window.
 */
export class ResourceNumbers implements Disposable {
  private readonly store = new DisposableStore();
  private readonly looking = this.store.add(new DisposableStore());
  private readonly view: Pick<vscode.TreeView<unknown>, 'visible'>;
  private readonly resources: Pick<Resources, 'look' | 'onDidSample'>;
  private readonly show: (workspaceId: string) => void;

  constructor(
    view: Pick<vscode.TreeView<unknown>, 'visible' | 'onDidChangeVisibility'>,
    resources: Pick<Resources, 'look' | 'onDidSample'>,
    show: (workspaceId: string) => void,
  ) {
    this.view = view;
    this.resources = resources;
    this.show = show;
    this.store.add(
      view.onDidChangeVisibility(() => {
        this.update();
      }),
    );
    this.update();
  }

  dispose(): void {
    this.store.dispose();
  }

  private update(): void {
    this.looking.dispose();
    if (!this.view.visible) return;
    this.looking.add(
      this.resources.onDidSample(({ workspaceId }) => {
        this.show(workspaceId);
      }),
    );
    this.looking.add(this.resources.look());
  }
}
