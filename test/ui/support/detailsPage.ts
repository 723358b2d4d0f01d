import type { FrameLocator, Locator, Page } from 'playwright-core';

/** The page of the details view that is shown. */
export class DetailsPage {
  readonly frame: FrameLocator;

  constructor(page: Page) {
    this.frame = page.frameLocator('iframe.webview.ready:visible').frameLocator('iframe#active-frame');
  }

  /** A section by its heading. */
  section(heading: string): Locator {
    return this.frame.getByRole('region', { name: heading, exact: true });
  }

  /** The rows of the table in a section, without its headings, as a screen reader has them. */
  rows(heading: string): Locator {
    return this.section(heading).locator('tbody').getByRole('row');
  }

  /** Pixels by which the page is wider than its place. */
  async overflow(): Promise<number> {
    return await this.frame
      .locator('html')
      .evaluate<number, undefined>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
  }
}
