import { errors, type Locator, type Page } from 'playwright-core';
import { eventually } from './eventually.ts';

/** The palette has its commands within a moment, unless something closed it. */
const paletteMs = 10_000;
const soon = { timeout: 5000 };

/** The box at the top of the window: command palette, quick picks and input boxes. */
export class QuickInput {
  readonly box: Locator;
  private readonly page: Page;
  private readonly input: Locator;

  constructor(page: Page) {
    this.page = page;
    this.box = page.locator('.quick-input-widget:not([style*="display: none"])');
    this.input = this.box.locator('.quick-input-filter input');
  }

  /** Runs the command with exactly this title, by keyboard only; anew where the palette was closed meanwhile. */
  async run(title: string): Promise<void> {
    await eventually(`the command "${title}"`, async () => {
      if (!(await this.open(`>${title}`))) return undefined;
      return await this.choose(title, paletteMs).then(
        () => true,
        () => undefined,
      );
    });
  }

  /** The titles that the command palette has for a text. */
  async search(text: string): Promise<string[]> {
    await eventually(`the palette for "${text}"`, () => this.open(`>${text}`));
    return await eventually(`commands for "${text}"`, async () => {
      const rows = await this.rows();
      return rows.length > 0 && rows;
    });
  }

  /** What takes the focus at this moment, as an editor does that comes back, closes the palette again. */
  private async open(text: string): Promise<true | undefined> {
    await this.page.keyboard.press('F1');
    try {
      await this.input.fill(text, { timeout: 3000 });
      return true;
    } catch (error) {
      if (error instanceof errors.TimeoutError) return undefined;
      throw error;
    }
  }

  /** Waits for a question with this title. */
  async asks(title: string | RegExp): Promise<void> {
    await this.box.locator('.quick-input-title', { hasText: title }).waitFor();
  }

  /** Types an answer in place of what stands there; Enter is another step. */
  async type(text: string): Promise<void> {
    await this.input.press('ControlOrMeta+a');
    await this.page.keyboard.type(text);
  }

  async value(): Promise<string> {
    return await this.input.inputValue();
  }

  async accept(): Promise<void> {
    await this.input.press('Enter');
  }

  async dismiss(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.box.waitFor({ state: 'hidden' });
  }

  /** Waits for a line of text below the input, such as what is wrong with it. */
  async says(text: string | RegExp): Promise<void> {
    await this.box.locator('.quick-input-message', { hasText: text }).waitFor();
  }

  /** The entries as a screen reader has them. */
  async rows(): Promise<string[]> {
    // in one go, for rows come and go while one types
    return await this.page.evaluate<string[]>(
      `[...document.querySelectorAll('.quick-input-widget .quick-input-list .monaco-list-row')]
        .map((row) => row.getAttribute('aria-label') ?? '')`,
    );
  }

  /** Moves to the entry with this label and confirms, as with the arrow keys. */
  async choose(label: string, withinMs?: number): Promise<void> {
    const isMeant = (name: string | null) => name === label || name?.startsWith(`${label},`);
    await eventually(`entry "${label}"`, async () => (await this.rows()).some(isMeant), withinMs);
    const focused = this.box.locator('.quick-input-list .monaco-list-row.focused');
    await eventually(
      `the way to "${label}"`,
      async () => {
        if ((await focused.count()) > 0 && isMeant(await focused.getAttribute('aria-label', soon)))
          return true;
        await this.page.keyboard.press('ArrowDown');
        return undefined;
      },
      withinMs,
    );
    await this.page.keyboard.press('Enter');
  }
}
