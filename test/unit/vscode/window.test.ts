import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { commandIds } from '../../../src/vscode/commandIds.ts';
import { cordonInWindow } from '../../support/cordonInWindow.ts';

describe('the window', () => {
  it('has every command, the views, the status bar and the terminal profile, and asks the engine nothing', () => {
    const { window, engine } = cordonInWindow();
    assert.deepEqual([...window.commands.keys()].sort(), [...commandIds].sort());
    assert.deepEqual([...window.trees.keys()].sort(), ['cordon.engines', 'cordon.workspaces']);
    assert.deepEqual(
      window.statusBar.map(({ id }) => id),
      ['cordon.status'],
    );
    assert.deepEqual([...window.terminalProfiles.keys()], ['cordon.terminal']);
    assert.deepEqual([...window.taskProviders.keys()], ['cordon']);
    assert.deepEqual([engine.calls, window.messages.left], [[], []]);
  });

  it('is as it was after Cordon has gone', async () => {
    const { window, registered, given, service } = cordonInWindow();
    const { id } = await given('demo');
    const [item] = window.statusBar;
    const view = window.tree('cordon.workspaces');
    registered.dispose();
    assert.deepEqual([window.commands.size, window.trees.size, window.terminalProfiles.size], [0, 0, 0]);
    view.redrawn.length = 0;
    window.context.clear();
    await service.stop(id);
    assert.deepEqual([item?.isVisible, view.redrawn, window.context.size], [false, [], 0]);
  });

  it('says once that stored workspaces could not be read, with the way to the log', async () => {
    const { window, log } = cordonInWindow({ quarantined: 2 });
    const message = await window.nextMessage();
    assert.equal(message.kind, 'warning');
    assert.match(message.text, /^Stored workspaces that could not be read: 2\./);
    message.press('Show Log');
    await message.answered;
    await window.executedAll();
    assert.ok(log.isShown);
    assert.deepEqual(window.messages.left, []);
  });

  it('makes records and engine agree when the person refreshes the view', async () => {
    const { window, given, service, engine } = cordonInWindow();
    const { id } = await given('demo');
    engine.containers.clear();
    await window.run('cordon.refresh');
    assert.equal(service.get(id)?.container.kind, 'absent');
    assert.ok(window.tree('cordon.workspaces').redrawn.includes(undefined));
  });

  it('brings a new row into view only where the view is open', async () => {
    const { window, service } = cordonInWindow();
    const view = window.tree('cordon.workspaces');
    view.visible = false;
    await window.run('cordon.createWorkspace');
    assert.equal(service.list().length, 1);
    assert.deepEqual(view.revealed, []);
  });

  it('keeps working where a row cannot be revealed', async () => {
    const { window, log } = cordonInWindow();
    window.tree('cordon.workspaces').reveal = () => Promise.reject(new Error('TreeError'));
    await window.run('cordon.createWorkspace');
    assert.equal((await window.nextMessage()).text, 'Workspace demo is ready.');
    await log.has(/\[debug\] A row could not be revealed/);
  });
});

describe('what menus and welcome texts depend on', () => {
  it('follows engine, folders and what is possible with some workspace', async () => {
    const { window, given, service, engine } = cordonInWindow({ folders: [] });
    const { context } = window;
    assert.deepEqual(
      [context.get('cordon.engine'), context.get('cordon.hasFolder'), context.get('cordon.hasWorkspaces')],
      ['idle', false, false],
    );
    assert.equal(context.get('cordon.can.start'), false);
    window.openFolders(['/projects/demo']);
    const { id } = await given('demo');
    assert.deepEqual(
      [context.get('cordon.engine'), context.get('cordon.hasFolder'), context.get('cordon.hasWorkspaces')],
      ['connected', true, true],
    );
    assert.deepEqual(
      ['start', 'stop', 'pause', 'resume'].map((action) => context.get(`cordon.can.${action}`)),
      [false, true, true, false],
    );
    await service.pause(id);
    assert.deepEqual(
      ['start', 'stop', 'pause', 'resume'].map((action) => context.get(`cordon.can.${action}`)),
      [false, true, false, true],
    );
    engine.lose();
    assert.equal(context.get('cordon.engine'), 'unavailable');
  });
});

describe('the open folder', () => {
  it('is known behind a symbolic link: a workspace keeps its folder resolved', async () => {
    const parent = realpathSync(mkdtempSync(join(tmpdir(), 'cordon-test-')));
    try {
      symlinkSync(parent, join(parent, 'link'));
      const { window, given } = cordonInWindow({ folders: [join(parent, 'link')] });
      const view = window.tree('cordon.workspaces');
      await given('demo', { folder: pathToFileURL(parent).href, start: false });
      await window.statusBar[0]?.reads('$(shield) demo: no container · standard');
      const [row] = await view.rows();
      assert.equal(row?.description, 'no container · standard · tiny:local', 'it is no other folder');
    } finally {
      rmSync(parent, { recursive: true });
    }
  });
});
