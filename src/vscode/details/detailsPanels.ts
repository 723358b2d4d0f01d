import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { DetailsPanel, DetailsParts } from './detailsPanel.ts';

const viewType = 'cordon.details';

interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  readonly details: DetailsPanel;
}

/** The details views that are open, one at most for each workspace. What they need is loaded with the first of them. */
export class DetailsPanels implements Disposable {
  private readonly store = new DisposableStore();
  private readonly open = new Map<string, OpenPanel>();
  private readonly parts: DetailsParts;
  private isDisposed = false;

  constructor(parts: DetailsParts) {
    this.parts = parts;
    this.store.add(
      vscode.window.registerWebviewPanelSerializer(viewType, {
        deserializeWebviewPanel: (panel, state) => this.bringBack(panel, state),
      }),
    );
  }

  /** Opens the details of a workspace, or brings those that are open to the front. */
  async show({ id, name }: Workspace): Promise<void> {
    const { DetailsPanel } = await import('./detailsPanel.ts');
    const known = this.open.get(id);
    if (known) {
      known.panel.reveal();
      return;
    }
    if (this.isDisposed) return;
    const panel = vscode.window.createWebviewPanel(viewType, name, vscode.ViewColumn.Active, {
      enableFindWidget: true,
    });
    this.add(id, panel, new DetailsPanel(panel, id, this.parts));
  }

  dispose(): void {
    this.isDisposed = true;
    this.store.dispose();
    for (const { panel } of [...this.open.values()]) panel.dispose();
  }

  /** After a reload of the window. What cannot be told to belong to a workspace is closed. */
  private async bringBack(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { DetailsPanel, parseWorkspaceId } = await import('./detailsPanel.ts');
    const id = parseWorkspaceId(state);
    if (this.isDisposed || id === undefined || this.open.has(id) || !this.parts.service.get(id))
      panel.dispose();
    else this.add(id, panel, new DetailsPanel(panel, id, this.parts));
  }

  private add(id: string, panel: vscode.WebviewPanel, details: DetailsPanel): void {
    this.open.set(id, { panel, details });
    panel.onDidDispose(() => {
      details.dispose();
      this.open.delete(id);
    });
  }
}
