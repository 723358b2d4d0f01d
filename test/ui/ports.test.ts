import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { debianImage, ensureImages } from '../host/images.mjs';
import { testEngine } from '../support/engine.ts';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';
import { eventually } from './support/eventually.ts';

const fileBytes = 100 * 1024 * 1024;
const connections = 200;

/** Web pages, a large file, and web sockets that are told their own path and are left open. */
const server = `
const { createHash } = require('crypto');
require('http')
  .createServer((request, response) => {
    if (request.url === '/large.bin') require('fs').createReadStream('large.bin').pipe(response);
    else response.end('<title>inside</title><p>hello from ' + request.url);
  })
  .on('upgrade', ({ url, headers }, socket) => {
    const key = headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
    const accept = createHash('sha1').update(key).digest('base64');
    socket.on('error', () => {}).write(
      'HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n' +
        'Sec-WebSocket-Accept: ' + accept + '\\r\\n\\r\\n');
    socket.write(Buffer.concat([Buffer.from([0x81, url.length]), Buffer.from(url)]));
  })
  .listen(8123, '127.0.0.1');`;

describe('ports of a workspace in a window', function () {
  this.timeout(180_000);
  let host: CordonHost;
  let window: CordonWindow;
  let inside: Page | undefined;

  const openInside = async (address: string) => {
    inside = await window.page.context().newPage();
    await inside.goto(`http://${address}/`);
    return inside;
  };

  before(async () => {
    const engine = await testEngine();
    await ensureImages({ socketPath: engine.socketPath, wanted: [debianImage] });
    await engine.dispose();
    host = await startCordon({
      // each connection has a process inside
      settings: {
        'cordon.image': debianImage,
        'cordon.network': 'none',
        'cordon.limits.pids': 1024,
        'cordon.limits.memoryMiB': 2048,
      },
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
    const page = await openInside(address);
    assert.equal(await page.title(), 'inside');
    assert.equal(await page.locator('p').innerText(), 'hello from /');
  });

  it('gives the browser a large file byte for byte', async () => {
    const content = randomBytes(fileBytes);
    await writeFile(path.join(host.folder, 'large.bin'), content);
    const [length, hash] = await inside!.evaluate(async () => {
      const bytes = await (await fetch('/large.bin')).arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      return [bytes.byteLength, [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')];
    });
    assert.deepEqual([length, hash], [fileBytes, createHash('sha256').update(content).digest('hex')]);
  });

  it(`carries ${connections} connections of the browser at once`, async function () {
    // a browser begins with one only when the last one stands
    this.timeout(300_000);
    const addresses = Array.from({ length: connections }, (_, index) => new URL(`/${index}`, inside!.url()));
    const heard = await inside!.evaluate(
      async (urls) => {
        const sockets = urls.map((url) => new WebSocket(url));
        const messages = sockets.map(
          (socket) =>
            new Promise((resolve) => {
              socket.onmessage = ({ data }) => {
                resolve(data);
              };
              socket.onclose = () => {
                resolve('closed');
              };
            }),
        );
        const told = await Promise.all(messages);
        const open = sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length;
        for (const socket of sockets) socket.close();
        return { told, open };
      },
      addresses.map(({ href }) => href.replace('http:', 'ws:')),
    );
    assert.deepEqual(heard, { told: addresses.map(({ pathname }) => pathname), open: connections });
  });

  it('is named, and reached no more once its forwarding is stopped', async () => {
    const { quickInput, tree } = window;
    await inside!.close();
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
