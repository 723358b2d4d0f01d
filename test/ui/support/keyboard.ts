import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { eventually } from './eventually.ts';

/** Longest way with one key to anything in a window. */
const mostPresses = 60;

/** A person who has no mouse. */
export class Keyboard {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Tells from now on whether a mouse was used. */
  async watchForMouse(): Promise<void> {
    await this.page.evaluate(`
      window.mousePresses = 0;
      window.addEventListener('mousedown', () => window.mousePresses++, true);
    `);
  }

  async mousePresses(): Promise<number> {
    return await this.page.evaluate<number>('window.mousePresses');
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** What has the focus, as a screen reader has it; in a list that is the row, in a menu the entry. */
  async focused(): Promise<string> {
    return await this.page.evaluate<string>(`(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      const row = document.getElementById(element?.getAttribute('aria-activedescendant') ?? '');
      const named = row ?? element;
      return named?.getAttribute('aria-label') ?? named?.textContent ?? '';
    })()`);
  }

  /** Presses a key again and again, until what has the focus is called so. */
  async goTo(name: RegExp, key: string): Promise<void> {
    const passed: string[] = [];
    for (let presses = 0; presses < mostPresses; presses++) {
      const now = await this.focused();
      if (name.test(now)) return;
      passed.push(now);
      await this.press(key);
    }
    assert.fail(`${key} does not lead to ${name.source}, only to: ${[...new Set(passed)].join(' | ')}`);
  }

  /**
   * Opens the context menu of the row that has the focus, and chooses an entry, the last of a way through submenus; anew where
   * VS Code closes it meanwhile.
   */
  async chooseInMenu(...titles: readonly string[]): Promise<void> {
    const [row = ''] = (await this.focused()).split(',');
    const menu: Locator = this.page.locator('.monaco-menu').first();
    const open = async () => {
      await this.press('Shift+F10');
      await menu.waitFor();
    };
    await open();
    // Of an entry whose submenu is open both have the focus.
    const entries = menu.locator('.action-item.focused > .action-menu-item > .action-label');
    for (const [depth, title] of titles.entries()) {
      await eventually(`the way to ${title} in the context menu`, async () => {
        if (!(await menu.isVisible())) {
          assert.equal(depth, 0, 'a submenu was closed');
          await this.goTo(new RegExp(`^${row}`), 'ArrowUp');
          await open();
        }
        const isOpen = (await entries.count()) > depth;
        const now = isOpen ? await entries.nth(depth).getAttribute('aria-label') : undefined;
        if (now === title) return true;
        await this.press('ArrowDown');
        return undefined;
      });
      await this.press(depth < titles.length - 1 ? 'ArrowRight' : 'Enter');
    }
    await menu.waitFor({ state: 'detached' });
  }
}
