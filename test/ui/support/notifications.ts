import type { Locator, Page } from 'playwright-core';
import { eventually } from './eventually.ts';

/** Keeps every text that a notification ever showed: some are gone before anybody can look. */
const recorder = `(() => {
  if (window.toldTexts) return;
  window.toldTexts = [];
  const read = () => {
    for (const item of document.querySelectorAll('.notifications-toasts .notification-list-item-message'))
      if (!window.toldTexts.includes(item.innerText)) window.toldTexts.push(item.innerText);
  };
  new MutationObserver(read).observe(document, { subtree: true, childList: true, characterData: true });
})()`;

/** The messages in the lower right corner. */
export class Notifications {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async record(): Promise<void> {
    await this.page.evaluate(recorder);
  }

  /** Waits until a message was shown, be it gone again or not; returns its text. */
  async told(text: RegExp): Promise<string> {
    return await eventually(`a notification ${text.source}`, async () =>
      (await this.page.evaluate<string[]>('window.toldTexts')).find((told) => text.test(told)),
    );
  }

  /** A message that is shown now. */
  item(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text });
  }

  /** Presses a button of a message. */
  async press(text: string | RegExp, button: string): Promise<void> {
    const item = this.item(text);
    await item.hover();
    await item.locator('.monaco-button', { hasText: button }).click();
  }

  /** Closes all that are shown, so that the next ones can be seen. */
  async clear(): Promise<void> {
    const items = this.page.locator('.notifications-toasts .notification-list-item');
    await eventually('no notification', async () => {
      if ((await items.count()) === 0) return true;
      const first = items.first();
      await first.hover({ timeout: 1000 }).catch(() => undefined);
      await first
        .locator('.codicon-notifications-clear')
        .click({ timeout: 1000 })
        .catch(() => undefined);
      return undefined;
    });
    await this.page.evaluate('window.toldTexts.length = 0');
  }
}
