import assert from 'node:assert/strict';
import { showLanguageServers } from '../../../../src/vscode/commands/showLanguageServers.ts';
import { openWindow } from '../../../support/vscode/fakeWindow.ts';

describe('the list of language servers', () => {
  it('says where there are none', async () => {
    const window = openWindow();
    const list = () => [];
    await showLanguageServers({
      service: { get: () => undefined },
      languageServers: { list, declined: list, takeBack: () => Promise.resolve() },
    })();
    assert.match((await window.nextMessage()).text, /No language server runs/);
  });

  it('takes one back that was left to an extension', async () => {
    const window = openWindow();
    const takenBack: string[] = [];
    const done = showLanguageServers({
      service: { get: () => undefined },
      languageServers: {
        list: () => [],
        declined: () => ['pyright $(zap)'],
        takeBack: (name) => Promise.resolve(void takenBack.push(name)),
      },
    })();
    const pick = await window.nextQuickPick();
    assert.deepEqual(pick.labels, ['pyright $\u200b(zap)']);
    pick.choose('pyright $\u200b(zap)');
    (await window.nextQuickPick()).choose('Run in Containers Again');
    await done;
    assert.deepEqual(takenBack, ['pyright $(zap)']);
  });
});
