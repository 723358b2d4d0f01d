import assert from 'node:assert/strict';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';

/** As the folder of somebody else may be called: markdown, a link to a command, HTML, an icon. */
const title = '**b** [click](command:cordon.showLog) <img src=x onerror=alert(1)> $(trash) `c`';

describe('text of somebody else in a window', function () {
  this.timeout(120_000);
  let host: CordonHost;
  let window: CordonWindow;

  before(async () => {
    host = await startCordon({ folderName: title });
    window = host.window;
  });
  after(() => host.close());

  it('is text in the notifications of a create', async () => {
    await window.quickInput.run('Cordon: Create Workspace');
    await window.tree.waitFor(host.name, 'running');
    const ready = window.notifications.item('is ready.');
    await ready.waitFor();
    await window.shot('hostile-notification');
    const message = ready.locator('.notification-list-item-message');
    assert.equal(await message.locator('a, img').count(), 0);
    const shown = await message.innerText();
    assert.equal(shown.replaceAll(/[\u200b\u2060]/g, ''), `Workspace ${host.name} is ready.`);
    const told = await window.notifications.told(/^Creating /);
    assert.ok(told.replaceAll(/[\u200b\u2060]/g, '').includes(host.name), told);
    await window.notifications.clear();
  });

  it('is text in the tree and in the tooltip of its row', async () => {
    const row = await window.tree.waitFor(host.name, 'running');
    // its first numbers draw it anew, which closes a tooltip
    await row.getByText(/cores/).waitFor();
    assert.ok((await row.innerText()).includes(host.name));
    assert.equal(await row.locator('.label-name .codicon, .label-name a, .label-name img').count(), 0);
    await row.locator('.monaco-icon-label').hover({ position: { x: 30, y: 8 } });
    const hover = window.page.locator(
      '.monaco-hover.workbench-hover, .workbench-hover-container .monaco-hover',
    );
    await hover.getByText('Folder:').first().waitFor();
    await window.shot('hostile-tooltip');
    assert.ok((await hover.first().innerText()).includes('[click](command:cordon.showLog)'));
    assert.equal(await hover.locator('img, strong, code').count(), 0);
    assert.equal(await hover.locator('a[data-href^="command:"], a[href^="command:"]').count(), 0);
    await window.page.mouse.move(700, 500);
  });

  it('is text in the status bar, in questions and in quick picks', async () => {
    await window.statusSays('**b** [click](command:cordon.showLog)');
    assert.equal(await window.statusBar.locator('.codicon-trash, img').count(), 0);
    await window.tree.select(host.name);
    await window.page.keyboard.press('Delete');
    await window.dialog.getByText(`Delete the workspace "${host.name}"?`).waitFor();
    await window.shot('hostile-dialog');
    assert.equal(await window.dialog.locator('.dialog-message-container').locator('a, img').count(), 0);
    await window.answerDialog('Cancel');
    await window.quickInput.run('Cordon: Stop Workspace');
    await window.quickInput.asks('Stop Workspace');
    await window.shot('hostile-quick-pick');
    const entry = window.quickInput.box.locator('.monaco-list-row').first();
    assert.equal(
      await entry.locator('.label-name .codicon, .label-detail .codicon, a[href], img').count(),
      0,
    );
    await window.quickInput.dismiss();
  });

  it('is text in the title of a terminal and in what stands in it', async () => {
    await window.tree.press(host.name, 'Open Terminal');
    await window.terminal.shows(/[$#] ?$/);
    await window.terminal.type(
      String.raw`printf '\033]0;evil \033]7;file:x\007\033]2;<img src=x>\007'; echo shown`,
    );
    await window.terminal.shows(/^shown$/);
    await window.shot('hostile-terminal');
    const tab = window.page.locator('.part.panel .single-terminal-tab').first();
    await tab.waitFor();
    assert.equal(await tab.locator('img, .codicon-trash').count(), 0);
    assert.equal(await window.page.locator('img[src="x"]').count(), 0);
  });

  it('is text in the isolation report', async () => {
    await window.quickInput.run('Cordon: Show Isolation Report');
    await window.quickInput.asks('Show Isolation Report');
    await window.quickInput.accept();
    const text = await window.editorText('Isolation of');
    assert.ok(text.includes(host.name));
    await window.shot('hostile-report');
  });
});
