import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { engineJson } from '../host/engineRequest.mjs';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';

/** What an untrusted folder would like: less isolation, its own image, its own engine. */
const wishes = {
  'cordon.profile': 'basic',
  'cordon.image': 'evil/image:latest',
  'cordon.network': 'none',
  'cordon.engine.host': 'tcp://127.0.0.1:9',
  'cordon.limits.cpus': 64,
  'cordon.limits.memoryMiB': 65_536,
  'cordon.limits.pids': 99_999,
  'cordon.limits.tmpMiB': 9_999,
  'cordon.operationTimeoutSeconds': 1,
};

/** Another extension, which says whether the folder is trusted, and that VS Code has read the folder's settings. */
const witness = {
  'package.json': JSON.stringify({
    ...{ name: 'witness', publisher: 'cordon-test', version: '1.0.0', engines: { vscode: '^1.105.0' } },
    ...{ main: './extension.cjs', activationEvents: ['onStartupFinished'] },
    capabilities: { untrustedWorkspaces: { supported: true } },
  }),
  'extension.cjs': `const { window, workspace } = require('vscode');
    exports.activate = () => {
      const item = window.createStatusBarItem('witness');
      item.text = 'trusted: ' + workspace.isTrusted + ', tab size: ' + workspace.getConfiguration('editor').get('tabSize');
      item.show();
    };`,
};

describe('a folder that nobody trusts, in Restricted Mode', function () {
  this.timeout(120_000);
  let host: CordonHost;
  let window: CordonWindow;
  let extension: string;

  before(async () => {
    extension = await mkdtemp(path.join(tmpdir(), 'cordon-witness-'));
    for (const [file, text] of Object.entries(witness)) await writeFile(path.join(extension, file), text);
    host = await startCordon({
      isRestricted: true,
      files: { '.vscode/settings.json': JSON.stringify({ ...wishes, 'editor.tabSize': 7 }) },
      otherExtensions: [extension],
    });
    window = host.window;
  });
  after(async () => {
    await host.close();
    await rm(extension, { recursive: true });
  });
  beforeEach(() => window.notifications.clear());

  it('is open in a window that says so, with Cordon at work', async () => {
    await window.page.locator('.statusbar-item', { hasText: 'trusted: false, tab size: 7' }).waitFor();
    await window.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
    await window.statusSays('Not isolated');
    await window.shot('restricted');
  });

  it('gets a workspace, of which its own settings decide nothing', async () => {
    await window.tree.pane.locator('.welcome-view .monaco-button').click();
    const row = await window.tree.waitFor(host.name, 'running');
    assert.match(await row.innerText(), /standard · cordon-test\/tiny:local/);
    await row.locator('.monaco-tl-twistie').click();
    await window.tree.row('2 CPU · 4096 MiB memory · 1024 processes').waitFor();
    await window.tree.row(/Network.*isolated/).waitFor();
    const id = (await host.containerId()) ?? '';
    const { HostConfig, Config } = (await engineJson(
      host.engine.socketPath,
      'GET',
      `/containers/${id}/json`,
    )) as {
      HostConfig: {
        PidsLimit: number;
        Memory: number;
        ReadonlyRootfs: boolean;
        CapDrop: string[];
        Tmpfs: object;
      };
      Config: { Image: string };
    };
    assert.deepEqual(
      [HostConfig.PidsLimit, HostConfig.Memory, HostConfig.ReadonlyRootfs, HostConfig.CapDrop, Config.Image],
      [1024, 4096 * 2 ** 20, true, ['ALL'], 'cordon-test/tiny:local'],
    );
    await window.shot('restricted-workspace');
  });

  it('has a terminal in it, and a command, without being trusted', async () => {
    const { terminal, quickInput, notifications } = window;
    await window.tree.press(host.name, 'Open Terminal');
    await window.dialog.getByText('Allow terminals in folders that you do not trust?').waitFor();
    await window.shot('restricted-terminal');
    await window.answerDialog('Cancel');
    assert.equal(await window.page.locator('.terminal-wrapper').count(), 0);
    await window.tree.press(host.name, 'Open Terminal');
    await window.answerDialog('Allow Terminals');
    await terminal.shows(/[$#] ?$/);
    await terminal.type('id -u; ls -d /workspace/hello.txt');
    await terminal.shows(/^1000$/);
    await terminal.shows(/^\/workspace\/hello\.txt$/);
    await quickInput.run('Cordon: Run Command…');
    await quickInput.choose(host.name);
    await quickInput.asks(`Run Command in ${host.name}`);
    await quickInput.type('exit 3');
    await quickInput.accept();
    await notifications.item(/Exit code 3 after .*: exit 3/).waitFor();
  });

  it('stops, starts and is deleted', async () => {
    await window.tree.press(host.name, 'Stop Workspace');
    await window.tree.waitFor(host.name, 'stopped');
    await window.tree.press(host.name, 'Start Workspace');
    await window.tree.waitFor(host.name, 'running');
    await window.tree.select(host.name);
    await window.page.keyboard.press('Delete');
    await window.answerDialog('Delete');
    await window.tree.row(host.name).waitFor({ state: 'detached' });
    await window.statusSays('Not isolated');
    assert.deepEqual(await host.left(), []);
    await window.page.locator('.statusbar-item', { hasText: 'trusted: false' }).waitFor();
  });
});
