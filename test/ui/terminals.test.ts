import assert from 'node:assert/strict';
import { debianImage, ensureImages } from '../host/images.mjs';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';
import { eventually } from './support/eventually.ts';
import { Keyboard } from './support/keyboard.ts';

describe('terminals of a window that starts anew', function () {
  this.timeout(150_000);
  let host: CordonHost;
  let window: CordonWindow;

  before(async () => {
    host = await startCordon({ isInstalled: true, settings: { 'cordon.image': debianImage } });
    window = host.window;
    await ensureImages({ socketPath: host.engine.socketPath, wanted: [debianImage] });
    await window.quickInput.run('Cordon: Create Workspace');
    await window.tree.waitFor(host.name, 'running');
  });
  after(() => host.close());

  const tabs = () =>
    window.page.locator('.terminal-tabs-entry, .single-terminal-tab').filter({ hasText: host.name });

  it('come back with their shell and what they showed', async () => {
    await window.tree.press(host.name, 'Open Terminal');
    await window.terminal.shows(/\$/);
    await window.terminal.type('x=42; echo before $((40 + 1))');
    await window.terminal.shows(/^before 41/);
    await window.reload();
    await window.quickInput.run('Terminal: Focus Terminal');
    await window.shot('terminal-after-reload');
    await window.terminal.shows(/^before 41/);
    await window.terminal.type('echo x is $x');
    await window.terminal.shows(/^x is 42/);
  });

  it('come back after the extension host was killed, in the same page', async () => {
    await host.killExtensionHost();
    await window.statusBar.waitFor();
    await window.shot('terminal-after-kill');
    await eventually('the shell', async () => (await shells()) === 1);
    await window.quickInput.run('Terminal: Focus Terminal');
    await window.terminal.type('echo still $x');
    await window.terminal.shows(/^still 42/);
    await eventually('the end of the dead one', async () => (await tabs().count()) <= 1);
  });

  it('do not come back once the person closed them, and nothing of them is left', async () => {
    await window.quickInput.run('Terminal: Kill the Active Terminal Instance');
    await eventually('the end of the shell', async () => (await shells()) === 0);
    await window.reload();
    await window.tree.press(host.name, 'Open Terminal');
    await window.terminal.shows(/\$/);
    assert.equal(await shells(), 1);
  });

  it('are opened from the explorer, in the folder of a file', async () => {
    await window.quickInput.run('View: Show Explorer');
    const file = window.page.locator('.explorer-viewlet .monaco-list-row', { hasText: 'hello.txt' });
    await file.click();
    await new Keyboard(window.page).chooseInMenu('Open in Cordon Terminal');
    await eventually('another shell', async () => (await shells()) === 2);
    await window.tree.show();
  });

  it('end with their workspace', async () => {
    await window.tree.press(host.name, 'Stop Workspace');
    await window.tree.waitFor(host.name, 'stopped');
    await window.terminal.shows(/is not running/);
    await window.reload();
    await window.tree.waitFor(host.name, 'stopped');
    assert.equal(await tabs().count(), 0);
  });

  /** How many shells run in terminals of the container. */
  async function shells(): Promise<number> {
    const containerId = await host.containerId();
    assert.ok(containerId);
    const { engine } = host;
    const processes = await (await engine.connection.get()).listProcesses(containerId);
    return processes.filter(({ command }) => command.endsWith('bash')).length;
  }
});
