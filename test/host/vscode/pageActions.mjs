const QUICK_INPUT = '.quick-input-widget:not([style*="display: none"])';

/** Runs a command by its title through the command palette. */
export async function runCommand(page, title) {
  await page.keyboard.press('F1');
  const input = page.locator(`${QUICK_INPUT} input`).first();
  await input.waitFor();
  await input.fill(`>${title}`);
  await page.locator(`${QUICK_INPUT} .monaco-list-row`).filter({ hasText: title }).first().waitFor();
  await page.keyboard.press('Enter');
}

/** Types into the input box that is asked, and confirms; waits for one with a title where a title is given. */
export async function answerInput(page, text, expectTitle) {
  const box = page.locator(QUICK_INPUT);
  if (expectTitle) await box.filter({ hasText: expectTitle }).waitFor();
  const input = box.locator('input').first();
  await input.waitFor();
  await input.fill(text);
  await page.keyboard.press('Enter');
}

/** Chooses an entry of the quick pick that is shown. */
export async function pick(page, label) {
  await page.locator(`${QUICK_INPUT} .monaco-list-row`).filter({ hasText: label }).first().click();
}
