import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPrivateEngine, type PrivateEngine } from '../host/privateEngine.mjs';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';
import { changeRow, createReview, inReview } from './support/createReview.ts';
import { eventually } from './support/eventually.ts';

describe('a copy in a window, with an engine that does not see the folder', function () {
  this.timeout(120_000);
  let privateEngine: PrivateEngine;
  let host: CordonHost;
  let window: CordonWindow;

  before(async () => {
    privateEngine = await startPrivateEngine({ hiddenFolders: [tmpdir()] });
    const { socketPath } = privateEngine;
    host = await startCordon({
      socketPath,
      files: { 'src/a.txt': 'one\n', 'src/b.txt': 'b\n', 'gone/x.txt': 'x\n' },
    });
    window = host.window;
    await createReview(host);
  });
  after(async () => {
    await host.close();
    await privateEngine.stop();
  });

  const sh = (line: string) => inReview(host, line);
  const row = (text: string | RegExp) => changeRow(host, text);
  const status = (text: string) => window.page.locator('.statusbar-item', { hasText: text });

  it('says that it is one', async () => {
    assert.equal((await sh('cat src/a.txt src/b.txt')).stdout, 'one\nb\n');
    await status('in sync (copy)').waitFor();
    await status('in sync (copy)').hover();
    await window.page.locator('.workbench-hover', { hasText: 'does not see the folder' }).waitFor();
    await window.shot('copy');
  });

  it('shows what the workspace changes, and gives the folder what is accepted by keyboard', async () => {
    await sh('echo two >> src/a.txt; echo new > new.txt');
    for (const text of ['a.txt', 'new.txt']) await row(text).waitFor();
    assert.equal(await fs.readFile(path.join(host.folder, 'src/a.txt'), 'utf8'), 'one\n');
    await window.shot('copy-changes');
    await window.quickInput.run('Cordon: Accept All Changes');
    await eventually(
      'the file in the folder',
      async () => (await fs.readFile(path.join(host.folder, 'src/a.txt'), 'utf8')) === 'one\ntwo\n',
    );
    await row('new.txt').waitFor({ state: 'detached' });
    await status('in sync (copy)').waitFor();
    await window.notifications.clear();
  });

  it('gets what the person changes in the folder while it runs', async () => {
    await fs.writeFile(path.join(host.folder, 'src/b.txt'), 'mine\n');
    await fs.writeFile(path.join(host.folder, 'src/c.txt'), 'mine\n');
    await eventually(
      'the file inside',
      async () => (await sh('cat src/b.txt src/c.txt')).stdout === 'mine\nmine\n',
    );
    await status('in sync (copy)').waitFor();
    assert.equal(await row('b.txt').count(), 0);
  });

  it('counts what has to wait for the next start', async () => {
    await fs.rm(path.join(host.folder, 'gone'), { recursive: true });
    await status('2 pending (copy)').waitFor();
    await window.shot('copy-pending');
    assert.equal((await sh('ls gone')).stdout, 'x.txt\n');
    await window.quickInput.run('Cordon: Restart Workspace');
    await window.quickInput.choose(host.name);
    await status('in sync (copy)').waitFor();
    assert.equal((await sh('ls')).stdout, 'hello.txt\nnew.txt\nsrc\n');
  });
});
