import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { engineJson } from '../host/engineRequest.mjs';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';
import { DetailsPage } from './support/detailsPage.ts';
import { eventually } from './support/eventually.ts';
import { Keyboard } from './support/keyboard.ts';

const token = 'tok-2d5b77e10c';
const deploy = 'dep-91aa04f3b6';

describe('secrets in a window', function () {
  this.timeout(180_000);
  let host: CordonHost;
  let window: CordonWindow;
  let keyboard: Keyboard;

  before(async () => {
    host = await startCordon();
    window = host.window;
    keyboard = new Keyboard(window.page);
    await window.quickInput.run('Cordon: Create Workspace');
    await window.tree.waitFor(host.name, 'running');
    await keyboard.watchForMouse();
  });
  after(() => host.close());

  /** What a shell in the container prints. */
  const inContainer = async (line: string) => {
    const containerId = (await host.containerId())!;
    const process = await host.engine.engine.startProcess({
      containerId,
      command: ['sh', '-c', line],
      cwd: '/',
      env: {},
      stdin: false,
    });
    process.stderr.resume();
    return await text(process.stdout);
  };

  it('are set by keyboard, and are in the container at once', async () => {
    for (const [name, value, use] of [
      ['TOKEN', token, 'Everything that runs in it'],
      ['DEPLOY', deploy, 'Only commands that I choose it for'],
    ] as const) {
      // of many that are there at once, not each is shown
      await window.quickInput.run('Notifications: Clear All Notifications');
      await window.quickInput.run('Cordon: Set Secret…');
      await window.quickInput.choose(host.name);
      await window.quickInput.asks(`Secret of ${host.name}`);
      await window.quickInput.type(name);
      await window.quickInput.accept();
      await window.quickInput.says(`Value of ${name}`);
      assert.equal(await window.quickInput.box.locator('input[type=password]').count(), 1);
      await window.quickInput.type(value);
      if (name === 'TOKEN') await window.shot('secret-value');
      await window.quickInput.accept();
      await window.quickInput.choose(use);
      await window.notifications.told(new RegExp(`The secret ${name} is set`));
    }
    assert.equal(await inContainer('ls -A /run/secrets; cat /run/secrets/TOKEN'), `TOKEN\n${token}`);
  });

  it('are listed by name, without their values', async () => {
    await window.quickInput.run('Cordon: Secrets…');
    await window.quickInput.choose(host.name);
    await window.quickInput.asks(`Secrets of ${host.name}`);
    const rows = await eventually('the list of secrets', async () => {
      const found = await window.quickInput.rows();
      return found.length === 3 && found;
    });
    await window.shot('secrets');
    assert.match(
      rows.join('\n'),
      /Set a Secret…[^]*DEPLOY, for chosen commands[^]*TOKEN, \/run\/secrets\/TOKEN/,
    );
    await window.quickInput.dismiss();
  });

  it('are given to a command that is chosen for it, and masked in its output', async () => {
    await window.quickInput.run('Cordon: Run Command…');
    await window.quickInput.choose(host.name);
    await window.quickInput.asks(`Run Command in ${host.name}`);
    await window.quickInput.type('echo "is ${#DEPLOY} long: $DEPLOY"; cat /run/secrets/TOKEN');
    await window.quickInput.accept();
    await eventually('the secrets to choose from', async () => (await window.quickInput.rows()).length === 2);
    await keyboard.press('ArrowDown', 'Space');
    await window.shot('secrets-of-command');
    await keyboard.press('Enter');
    await window.terminal.shows(/^is 14 long: •••$/);
    await window.terminal.shows(/Exit code 0 after/);
    await window.terminal.shows(/^•••/);
  });

  it('are shown by nothing: details, diagnosis, log, storage, engine', async () => {
    await window.quickInput.run('Cordon: Show Details');
    await window.quickInput.choose(host.name);
    const details = new DetailsPage(window.page);
    await details.rows('Timeline').filter({ hasText: 'Ended with exit code 0' }).first().waitFor();
    const page = await details.frame.locator('html').innerHTML();
    await window.quickInput.run('View: Close Editor');
    await window.quickInput.run('Cordon: Diagnose');
    await window.page.locator('.tab.active', { hasText: 'Cordon diagnosis' }).waitFor();
    const diagnosis = await window.editorText(/Cordon diagnosis/);
    const { socketPath } = host.engine;
    const container = await engineJson(socketPath, 'GET', `/containers/${(await host.containerId())!}/json`);
    const log = await host.readLog();
    const state = await window.storedState();
    const places = { page, diagnosis, log, state, container: JSON.stringify(container) };
    for (const [place, content] of Object.entries(places)) {
      assert.ok(content.length > 100, `${place} was read`);
      for (const value of [token, deploy])
        assert.equal(content.includes(value), false, `${value} in ${place}`);
    }
    await window.quickInput.run('View: Revert and Close Editor');
  });

  it('are there again after a restart and in a window that is opened again', async () => {
    await window.quickInput.run('Cordon: Restart Workspace');
    await window.quickInput.choose(host.name);
    await eventually('the secret in the container that was restarted', async () => {
      const found = await inContainer('cat /run/secrets/TOKEN').catch(() => '');
      return found === token;
    });
    assert.equal(await keyboard.mousePresses(), 0);
    await window.reload();
    await keyboard.watchForMouse();
    await window.quickInput.run('Cordon: Secrets…');
    await window.quickInput.choose(host.name);
    await eventually('the list of secrets', async () => (await window.quickInput.rows()).length === 3);
    await window.quickInput.dismiss();
  });

  it('are removed by keyboard, from the container as well', async () => {
    await window.quickInput.run('Cordon: Remove Secret…');
    await window.quickInput.choose(host.name);
    await window.quickInput.choose('TOKEN');
    await window.dialog.getByText('Remove the secret TOKEN').waitFor();
    await keyboard.goTo(/^Remove Secret$/, 'Tab');
    await keyboard.press('Enter');
    await window.dialog.waitFor({ state: 'detached' });
    await eventually(
      'no secret in the container',
      async () => (await inContainer('ls -A /run/secrets')) === '',
    );
    assert.equal(await keyboard.mousePresses(), 0);
  });
});
