import assert from 'node:assert/strict';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';

describe('files and debuggers of a workspace in a window', function () {
  this.timeout(180_000);
  let host: CordonHost;
  let window: CordonWindow;

  before(async () => {
    host = await startCordon({ settings: { 'cordon.network': 'none' } });
    window = host.window;
    await window.quickInput.run('Cordon: Create Workspace');
    await window.tree.waitFor(host.name, 'running');
  });
  after(() => host.close());

  it('shows a file that only the container has, by keyboard, to be read', async () => {
    const { quickInput, page } = window;
    await quickInput.run('Cordon: Browse Files of Container…');
    await quickInput.choose(host.name);
    await quickInput.asks(`${host.name}: /`);
    await window.shot('container-files');
    await quickInput.choose('etc');
    await quickInput.asks(`${host.name}: /etc`);
    await quickInput.choose('passwd');
    await quickInput.choose('Open to Read');
    await page.locator('.tab.active', { hasText: 'passwd' }).waitFor();
    await page
      .locator('.view-line', { hasText: /^root:x:0:0/ })
      .first()
      .waitFor();
    await page
      .locator('.view-line', { hasText: /^root:x:0:0/ })
      .first()
      .click();
    await page.keyboard.type('x');
    assert.equal(await page.locator('.tab.active.dirty').count(), 0, 'it can be changed');
    await window.shot('container-file');
  });

  it('says which extension a debugger needs where it is missing', async () => {
    const { quickInput } = window;
    await quickInput.run('Cordon: Attach Debugger…');
    await quickInput.choose(host.name);
    await quickInput.choose('Python');
    await quickInput.asks(/Attach Debugger.*2\/2/);
    assert.equal(await quickInput.value(), '5678');
    await quickInput.accept();
    await window.notifications.told(/extension "Python Debugger" \(ms-python\.debugpy\) has to be installed/);
    await window.shot('debugger-missing');
  });
});
