import fs from 'node:fs';
import { ensurePrograms } from '../aptPackages.mjs';

const KNOWN = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** A Chromium on this machine: the one that `CHROMIUM` names, or one where systems put it. */
export function findChromium() {
  return [process.env.CHROMIUM, ...KNOWN].find((file) => file && fs.existsSync(file));
}

/** Makes sure that there is a Chromium that can show VS Code without a display. */
export async function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  if (process.platform === 'darwin') {
    throw new Error('UI tests need a browser. Install it with: brew install --cask google-chrome');
  }
  await ensurePrograms({ chromium: 'chromium' }, { why: 'Showing VS Code' });
  return findChromium();
}
