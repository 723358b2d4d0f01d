import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { eventually } from './eventually.ts';

/** The terminal that is shown. */
export class Terminal {
  private readonly page: Page;
  private readonly screen: Locator;

  constructor(page: Page) {
    this.page = page;
    this.screen = page.locator('.terminal-wrapper.active .xterm-screen');
  }

  /** What stands in it, line by line. */
  async lines(): Promise<string[]> {
    await this.screen.waitFor();
    const buffer = `window.driver.getTerminalBuffer('.terminal-wrapper.active').catch(() => [])`;
    return (await this.page.evaluate<string[]>(buffer)).map((line) => line.trimEnd());
  }

  /** Waits for a line. */
  async shows(line: RegExp): Promise<string> {
    return await eventually(`${line.source} in the terminal`, async () =>
      (await this.lines()).find((text) => line.test(text)),
    );
  }

  /** Types a line and presses Enter. */
  async type(line: string): Promise<void> {
    await this.focus();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
  }

  /** Follows the link at the beginning of a line. */
  async follow(line: RegExp): Promise<void> {
    // another layer of the terminal lies over its text
    const place = await this.screen.locator('.xterm-rows > div', { hasText: line }).first().boundingBox();
    assert.ok(place);
    const { keyboard, mouse } = this.page;
    await mouse.move(place.x + 40, place.y + place.height / 2, { steps: 5 });
    await keyboard.down('ControlOrMeta');
    await mouse.click(place.x + 42, place.y + place.height / 2);
    await keyboard.up('ControlOrMeta');
  }

  async focus(): Promise<void> {
    // at its start, which no notification covers
    await this.screen.click({ position: { x: 4, y: 4 } });
  }
}
