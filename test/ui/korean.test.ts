import assert from 'node:assert/strict';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import { CordonWindow } from './support/cordonWindow.ts';
import { showByIcon } from './support/workspaceTree.ts';

describe('a window in Korean', function () {
  this.timeout(240_000);
  let host: CordonHost;
  let window: CordonWindow;

  before(async () => {
    host = await startCordon();
    window = new CordonWindow(await host.code.openWindow({ language: 'ko' }));
    await window.notifications.record();
  });
  after(() => host.close());

  it('has a Korean view, from the manifest', async () => {
    await showByIcon(window.page, pane());
    await window.statusSays('격리되지 않음');
    assert.equal(
      await pane().locator('.welcome-view .monaco-button').last().innerText(),
      '워크스페이스 만들기',
    );
    await window.shot('korean-empty-view');
  });

  it('speaks Korean while it works, in the window and in the core', async () => {
    await pane().locator('.welcome-view .monaco-button').click();
    await window.notifications.told(new RegExp(`워크스페이스 ${host.name}이\\(가\\) 준비되었습니다`));
    const running = '[role="treeitem"][aria-label*="실행 중, 격리"]';
    const row = pane().locator(running, { hasText: host.name }).first();
    assert.match(
      (await row.getAttribute('aria-label')) ?? '',
      /^워크스페이스 .*, 실행 중, 격리 [AB], 프로필 standard/,
    );
    await window.statusSays(`${host.name}: 실행 중 · standard`);
    await window.shot('korean-created');
  });

  it('offers its commands in Korean, and reports what they find', async () => {
    await window.quickInput.run('Cordon: 격리 보고서 표시');
    await window.quickInput.choose(host.name);
    const text = await window.editorText(`${host.name}의 격리`);
    assert.match(text, /등급 [AB]: .*\n프로필 standard, 네트워크 isolated, 마운트 live/);
    await window.shot('korean-report');
  });

  const pane = () =>
    window.page.locator('.pane', { has: window.page.locator('.pane-header[aria-label^="워크스페이스"]') });
});
