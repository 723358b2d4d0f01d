import assert from 'node:assert/strict';
import { debianImage, ensureImages } from '../host/images.mjs';
import { testEngine } from '../support/engine.ts';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';
import { eventually } from './support/eventually.ts';

const server = `require('http').createServer((request, response) =>
  response.end('<title>inside</title><p>hello from ' + request.url)).listen(8123, '127.0.0.1')`;

describe('ports of a workspace in a window', function () {
  this.timeout(180_000);
  let host: CordonHost;
  let window: CordonWindow;

  before(async () => {
    const engine = await testEngine();
    await ensureImages({ socketPath: engine.socketPath, wanted: [debianImage] });
    await engine.dispose();
    host = await startCordon({
      settings: { 'cordon.image': debianImage, 'cordon.network': 'none' },
      files: { 'server.js': server },
    });
    window = host.window;
    await window.quickInput.run('Cordon: Create Workspace');
    const row = await window.tree.waitFor(host.name, 'running');
    await row.locator('.monaco-tl-twistie').click();
    await window.tree.press(host.name, 'Open Terminal');
    await window.terminal.shows(/[$#] ?$/);
    await window.terminal.type('node server.js');
  });
  after(() => host.close());

  it('shows what listens, forwards it on a click, and the browser reaches it', async () => {
    await window.tree.row(/Port 8123.*not forwarded/).waitFor();
    await window.tree.select('Port 8123');
    const told = await window.notifications.told(/Port 8123 of .* is reached at 127\.0\.0\.1:\d+/);
    const address = /127\.0\.0\.1:\d+/.exec(told)?.[0] ?? '';
    await window.tree.row(`Port 8123${address}`).waitFor();
    await window.shot('port-forwarded');
    const page = await window.page.context().newPage();
    try {
      await page.goto(`http://${address}/page`);
      assert.equal(await page.title(), 'inside');
      assert.equal(await page.locator('p').innerText(), 'hello from /page');
    } finally {
      await page.close();
    }
  });

  it('is named, and reached no more once its forwarding is stopped', async () => {
    const { quickInput, tree } = window;
    await quickInput.run('Cordon: Set Label of Port…');
    await quickInput.choose('Port 8123');
    await quickInput.asks('Label of Port 8123');
    await quickInput.type('web');
    await quickInput.accept();
    const row = tree.row(/web \(8123\)/);
    await row.waitFor();
    const address = /127\.0\.0\.1:\d+/.exec(await row.innerText())?.[0] ?? '';
    await tree.press('web (8123)', 'Stop Forwarding Port');
    await tree.row(/Port 8123.*not forwarded/).waitFor();
    await eventually('nobody at the address', async () =>
      (await fetch(`http://${address}/`).catch(() => undefined)) ? undefined : true,
    );
  });
});
