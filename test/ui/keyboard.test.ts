import assert from 'node:assert/strict';
import { testEngine } from '../support/engine.ts';
import { startSocketProxy, type SocketProxy } from '../support/socketProxy.ts';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';
import { eventually } from './support/eventually.ts';
import { Keyboard } from './support/keyboard.ts';

describe('a window without a mouse', function () {
  this.timeout(120_000);
  let host: CordonHost;
  let window: CordonWindow;
  let keyboard: Keyboard;
  let engine: SocketProxy;

  before(async () => {
    const real = await testEngine();
    engine = await startSocketProxy(real.socketPath);
    await real.dispose();
    host = await startCordon({ settings: { 'cordon.engine.host': `unix://${engine.socketPath}` } });
    window = host.window;
    keyboard = new Keyboard(window.page);
    await keyboard.watchForMouse();
    await keyboard.press('Control+Shift+E');
    await window.tree.pane.waitFor({ state: 'hidden' });
  });
  after(async () => {
    await host.close();
    await engine.close();
  });
  afterEach(async () => {
    assert.equal(await keyboard.mousePresses(), 0);
  });

  it('reaches the view, and the button in it', async () => {
    await window.quickInput.run('View: Show Cordon');
    await window.tree.pane.waitFor();
    await keyboard.goTo(/^Create Workspace$/, 'Tab');
    await keyboard.press('Enter');
    await window.tree.waitFor(host.name, 'running');
  });

  it('walks the tree, down to what belongs to a workspace', async () => {
    await focusRow('running');
    await keyboard.press('ArrowRight');
    await window.tree.row('Limits').waitFor();
    for (const detail of [
      /^Container: running/,
      /^Network: isolated/,
      /^Mount: live/,
      /^Isolation: [AB]/,
      /^Limits: 2 CPU/,
    ]) {
      await keyboard.press('ArrowDown');
      await eventually(detail.source, async () => detail.test(await keyboard.focused()));
    }
    await keyboard.press('ArrowLeft', 'ArrowLeft');
    await window.tree.row('Limits').waitFor({ state: 'detached' });
    assert.match(await keyboard.focused(), new RegExp(`^Workspace ${host.name}, running`));
  });

  it('reaches the buttons of a row', async () => {
    await focusRow('running');
    await keyboard.goTo(/^Stop Workspace/, 'Tab');
    await keyboard.press('Enter');
    await window.tree.waitFor(host.name, 'stopped');
  });

  it('starts, pauses, resumes, stops by the context menu', async () => {
    for (const [title, from, to] of [
      ['Start Workspace', 'stopped', 'running'],
      ['Pause Workspace', 'running', 'paused'],
      ['Resume Workspace', 'paused', 'running'],
      ['Stop Workspace', 'running', 'stopped'],
      ['Start Workspace', 'stopped', 'running'],
    ] as const) {
      await focusRow(from);
      await keyboard.chooseInMenu(title);
      await window.tree.waitFor(host.name, to);
    }
    await window.shot('keyboard');
  });

  it('opens a terminal and types in it at once', async () => {
    await focusRow('running');
    await keyboard.chooseInMenu('Open Terminal');
    await window.terminal.shows(/[$#] ?$/);
    await keyboard.type('echo typed$((1+1)); exit');
    await keyboard.press('Enter');
    await window.page.locator('.terminal-wrapper.active').waitFor({ state: 'detached' });
  });

  it('runs a command, reads what it printed, and closes its terminal', async () => {
    await focusRow('running');
    await keyboard.chooseInMenu('Run Command…');
    await window.quickInput.asks(`Run Command in ${host.name}`);
    await keyboard.type('echo ran$((1+1))');
    await keyboard.press('Enter');
    await window.terminal.shows(/^ran2$/);
    await window.terminal.shows(/^Exit code 0 after/);
    await window.quickInput.run('Terminal: Focus Terminal');
    await eventually('the focus in the terminal', async () =>
      (await keyboard.focused()).startsWith('Terminal'),
    );
    await keyboard.press('Enter');
    await window.page.locator('.terminal-wrapper.active').waitFor({ state: 'detached' });
  });

  it('edits, and answers the question before a new container', async () => {
    await focusRow('running');
    await keyboard.chooseInMenu('Edit Workspace…');
    await window.quickInput.asks(`Edit ${host.name}`);
    await window.quickInput.choose('Network');
    await window.quickInput.choose('none');
    await window.dialog.getByText('This change needs a new container').waitFor();
    await keyboard.goTo(/^Make New Container$/, 'Tab');
    await keyboard.press('Enter');
    await window.dialog.waitFor({ state: 'detached' });
    await eventually('a container without a network', async () => {
      const left = await host.left();
      return left.length === 1 && left[0]?.kind === 'container';
    });
    await window.tree.waitFor(host.name, 'running');
  });

  it('archives and restores', async () => {
    await focusRow('running');
    await keyboard.chooseInMenu('Archive Workspace…');
    await window.dialog.getByText('Archive the workspace').waitFor();
    await keyboard.goTo(/^Archive$/, 'Tab');
    await keyboard.press('Enter');
    await focusRow('archived');
    assert.deepEqual(await host.left(), []);
    await keyboard.chooseInMenu('Restore Workspace');
    await window.tree.waitFor(host.name, 'no container');
  });

  it('reaches the item in the status bar, and what it offers', async () => {
    await window.quickInput.run('View: Focus Status Bar');
    await keyboard.goTo(new RegExp(`^Cordon: workspace ${host.name}: no container`), 'ArrowRight');
    await keyboard.press('Enter');
    await window.quickInput.asks('Cordon');
    await window.quickInput.choose('Start Workspace');
    await window.tree.waitFor(host.name, 'running');
  });

  it('reaches the list of engines and looks again', async () => {
    engine.cut();
    await window.statusSays('no container engine');
    await window.quickInput.run('Cordon: Focus on Container Engines Looked For View');
    const row = new RegExp(`^unix://${engine.socketPath}`);
    // What was open in a try before this one is open still.
    await keyboard.press('Home');
    await keyboard.goTo(row, 'ArrowDown');
    await keyboard.press('ArrowRight');
    engine.mend();
    await keyboard.goTo(/^Look for Container Engine Again/, 'Shift+Tab');
    await keyboard.press('Enter');
    await window.statusSays(`${host.name}: running`);
  });

  it('renames and deletes by a key what has the focus, after a question, and leaves nothing', async () => {
    await focusRow('running');
    await keyboard.press('F2');
    await window.quickInput.asks(`Rename ${host.name}`);
    await keyboard.press('Escape');
    await focusRow('running');
    await keyboard.press('Delete');
    await window.dialog.getByText(`Delete the workspace "${host.name}"?`).waitFor();
    await keyboard.goTo(/^Delete$/, 'Tab');
    await keyboard.press('Enter');
    await window.tree.row(host.name).waitFor({ state: 'detached' });
    assert.deepEqual(await host.left(), []);
  });

  /** Puts the focus on the row of the workspace, once it is in this state. */
  async function focusRow(state: string): Promise<void> {
    await window.tree.waitFor(host.name, state);
    await window.quickInput.run('Cordon: Focus on Workspaces View');
    await keyboard.goTo(new RegExp(`^Workspace ${host.name}, `), 'ArrowDown');
  }
});
