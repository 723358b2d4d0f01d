import type { Locator, Page } from 'playwright-core';
import { eventually } from './eventually.ts';

/** Presses the icon in the activity bar until the pane is there: a window that still comes up may pass over a click. */
export async function showByIcon(page: Page, pane: Locator): Promise<void> {
  await eventually('the view', async () => {
    if (!(await pane.isVisible()))
      await page.locator('.activitybar a.action-label[aria-label="Cordon"]').click();
    return await pane.waitFor({ timeout: 10_000 }).then(
      () => true,
      () => false,
    );
  });
}

/** The view `Workspaces`, with its rows. */
export class WorkspaceTree {
  private readonly page: Page;
  readonly pane: Locator;

  constructor(page: Page) {
    this.page = page;
    this.pane = page.locator('.pane', { has: page.locator('.pane-header[aria-label^="Workspaces"]') });
  }

  /** Shows the view in a new window, by the icon in the activity bar. */
  async show(): Promise<void> {
    await showByIcon(this.page, this.pane);
  }

  /** A row of a workspace or a detail below it. */
  row(text: string | RegExp): Locator {
    return this.pane.locator('.monaco-list-row[role="treeitem"]', { hasText: text });
  }

  /** The row of a workspace, once a screen reader would say that it is in this state. */
  async waitFor(name: string, state: string): Promise<Locator> {
    const row = this.pane.locator(
      `[role="treeitem"][aria-label^=${JSON.stringify(`Workspace ${name}, ${state},`)}]`,
    );
    await row.waitFor();
    return row;
  }

  /** Presses an inline button of a row. */
  async press(name: string, button: string): Promise<void> {
    const row = this.row(name).first();
    await row.hover();
    await row.locator(`.actions a[aria-label="${button}"]`).click();
  }

  /** Puts the focus of the keyboard on a row, which selects it, alone or beside others with `Control`. */
  async select(name: string, modifiers: ('Control' | 'Shift')[] = []): Promise<void> {
    await this.row(name)
      .first()
      .locator('.monaco-icon-label')
      .click({ position: { x: 30, y: 8 }, modifiers });
  }
}
