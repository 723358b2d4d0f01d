import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { eventually } from './eventually.ts';
import { Notifications } from './notifications.ts';
import { QuickInput } from './quickInput.ts';
import { Terminal } from './terminal.ts';
import { WorkspaceTree } from './workspaceTree.ts';

/** Where the pictures of windows are kept. */
export const screenshots = path.join(import.meta.dirname, '../../../.cache/screenshots');

/** A window of VS Code with Cordon in it, as a person sees it. */
export class CordonWindow {
  readonly page: Page;
  readonly tree: WorkspaceTree;
  readonly quickInput: QuickInput;
  readonly notifications: Notifications;
  readonly terminal: Terminal;
  readonly statusBar: Locator;
  readonly dialog: Locator;

  constructor(page: Page) {
    this.page = page;
    this.tree = new WorkspaceTree(page);
    this.quickInput = new QuickInput(page);
    this.notifications = new Notifications(page);
    this.terminal = new Terminal(page);
    this.statusBar = page.locator('.statusbar-item[id="cordon.cordon.cordon.status"]');
    this.dialog = page.locator('.monaco-dialog-box');
  }

  /** Waits until Cordon is up, and shows its view. */
  async ready(): Promise<void> {
    await this.notifications.record();
    await this.tree.show();
    // the palette offers no command of Cordon before
    const offers = this.tree.pane.locator('.welcome-view .monaco-button:visible');
    await this.statusBar.or(offers).first().waitFor({ timeout: 60_000 });
  }

  /**
   * Waits until Cordon is up in a window that may bring its view back by itself, where another click on its icon would
   * hide it; there is a workspace.
   */
  async readyAgain(): Promise<void> {
    await this.notifications.record();
    await this.statusBar.waitFor({ timeout: 60_000 });
    await this.quickInput.run('Cordon: Focus on Workspaces View');
    await this.tree.pane.waitFor();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.readyAgain();
  }

  /** Changes what VS Code has stored as the extension's globalState, while no window is open, and opens it again. */
  async tamperWithState(change: (stored: string) => string): Promise<void> {
    const url = this.page.url();
    await this.page.goto(new URL('/version', url).href);
    const stored = await this.storedState();
    await this.page.evaluate(stateScript(change(stored)));
    await this.page.goto(url);
    await this.readyAgain();
  }

  /** What VS Code has stored as the extension's globalState. */
  async storedState(): Promise<string> {
    return await this.page.evaluate<string>(stateScript());
  }

  /** Whether VS Code has stored anything with this text: it does so every few seconds, and not when it is closed. */
  async hasStored(text: string): Promise<boolean> {
    return await this.page.evaluate<boolean>(storedScript(text));
  }

  /** Keeps what the window looks like, for people to look at. */
  async shot(name: string): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    await this.page.screenshot({ path: path.join(screenshots, `${name}.png`) });
  }

  /** Waits for a text in the status bar. */
  async statusSays(text: string | RegExp): Promise<void> {
    await this.statusBar.filter({ hasText: text }).waitFor();
  }

  /** Opens a file of the folder. */
  async openFile(file: string): Promise<void> {
    const name = path.basename(file);
    await this.page.keyboard.press('ControlOrMeta+p');
    await this.page.keyboard.type(file);
    await eventually(`the file ${file}`, async () =>
      (await this.quickInput.rows()).some((row) => row.startsWith(name)),
    );
    await this.quickInput.accept();
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
  }

  /** Answers a question that keeps everything else from being done. */
  async answerDialog(button: string): Promise<void> {
    await this.dialog.getByRole('button', { name: button, exact: true }).click();
    await this.dialog.waitFor({ state: 'detached' });
  }

  /** The text of the editor that is shown, as far as it fits. */
  async editorText(title: string | RegExp): Promise<string> {
    await this.page.locator('.tab.active', { hasText: title }).waitFor();
    const lines = this.page.locator('.editor-instance .view-lines').first();
    await lines.locator('.view-line').first().waitFor();
    return (await lines.innerText()).replaceAll('\u00a0', ' ');
  }
}

/** A script for the page: looks for a text in everything that VS Code in a browser has stored. */
function storedScript(text: string): string {
  return `(async () => {
    const answer = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const known = (await indexedDB.databases()).filter(({ name }) => name.startsWith('vscode-web-state-db-'));
    for (const { name } of known) {
      const database = await answer(indexedDB.open(name));
      const values = await answer(database.transaction('ItemTable').objectStore('ItemTable').getAll());
      database.close();
      if (values.some((value) => String(value).includes(${JSON.stringify(text)}))) return true;
    }
    return false;
  })()`;
}

/** A script for the page: writes the extension's globalState where VS Code in a browser keeps it, and reads it. */
function stateScript(next?: string): string {
  return `(async () => {
    const answer = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const database = await answer(indexedDB.open('vscode-web-state-db-global'));
    const items = database.transaction('ItemTable', 'readwrite').objectStore('ItemTable');
    ${next === undefined ? '' : `await answer(items.put(${JSON.stringify(next)}, 'cordon.cordon'));`}
    const value = await answer(items.get('cordon.cordon'));
    database.close();
    return String(value);
  })()`;
}
