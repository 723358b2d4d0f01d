import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from './chromium.mjs';

/** One origin for every run, whatever the port: what VS Code keeps in the browser survives a restart. */
export const HOSTNAME = 'vscode.localhost';

/** Starts a headless browser with its profile in a folder, for a server on a port of this machine. */
export async function openBrowser({ folder, port, viewport = { width: 1280, height: 800 } }) {
  removeStaleLock(path.join(folder, 'SingletonLock'));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: findChromium(),
    headless: true,
    viewport,
    locale: 'en-US',
    permissions: ['clipboard-read', 'clipboard-write'],
    chromiumSandbox: false,
    // Ctrl+C is for whoever started us: closing pages first is what lets extensions end well
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update'],
      `--host-resolver-rules=MAP ${HOSTNAME} 127.0.0.1:${port}`,
    ],
  });
  context.setDefaultTimeout(90_000);
  // secrets are encrypted with a key that an outer server would make; here there is none. (Not by route(): that turns
  // the HTTP cache off.)
  await context.addInitScript(() => {
    const ask = window.fetch;
    window.fetch = (url, init) =>
      String(url).endsWith('/mint-key') ? Promise.resolve(new Response(new Uint8Array(32))) : ask(url, init);
  });
  return context;
}

/** A lock of a browser that is gone (killed, or of another container) would stop the next one. */
function removeStaleLock(lock) {
  let target;
  try {
    target = fs.readlinkSync(lock);
  } catch {
    return;
  }
  const [, host, pid] = /^(.*)-(\d+)$/.exec(target) ?? [];
  if (host === os.hostname() && isAlive(Number(pid))) return;
  fs.rmSync(lock);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
