import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { cordonInWindow } from '../../../support/cordonInWindow.ts';

describe('a command that nobody gave a workspace', () => {
  it('offers those for which it is possible, of the open folder first', async () => {
    const { window, given, service } = cordonInWindow();
    await given('$(x) elsewhere', { folder: pathToFileURL('/else/where').href });
    const { id } = await given('here', { profile: 'strict' });
    await given('stopped', { start: false });
    const done = window.run('cordon.stop');
    const pick = await window.nextQuickPick();
    assert.equal(pick.title, 'Stop Workspace');
    assert.deepEqual(pick.labels, ['here', '$\u200b(x) elsewhere']);
    const { description, detail } = pick.row('here');
    assert.deepEqual([description, detail], ['running · strict · tiny:local', '/projects/demo']);
    pick.choose('here');
    await done;
    assert.equal(service.get(id)?.container.kind, 'stopped');
  });

  it('says so where it is possible for none', async () => {
    for (const [command, title] of [
      ['start', 'Start Workspace'],
      ['stop', 'Stop Workspace'],
      ['restart', 'Restart Workspace'],
      ['pause', 'Pause Workspace'],
      ['resume', 'Resume Workspace'],
      ['openTerminal', 'Open Terminal'],
      ['runCommand', 'Run Command…'],
      ['edit', 'Edit Workspace…'],
      ['rename', 'Rename Workspace…'],
      ['archive', 'Archive Workspace…'],
      ['restore', 'Restore Workspace'],
      ['delete', 'Delete Workspace…'],
      ['showContainerLog', 'Show Container Output'],
      ['showIsolation', 'Show Isolation Report'],
      ['copyId', 'Copy Workspace Id'],
      ['revealFolder', 'Reveal Folder in File Manager'],
      ['openFolder', 'Open Folder of Workspace'],
    ] as const) {
      const { window } = cordonInWindow();
      await window.run(`cordon.${command}`);
      const message = await window.nextMessage();
      assert.equal(message.text, `${title}: there is no workspace for which this is possible now.`);
      assert.deepEqual([window.messages.left, window.progress.left, window.executed], [[], [], []]);
    }
  });

  it('asks where what it was given is no workspace', async () => {
    const { window, given } = cordonInWindow();
    await given('demo');
    for (const argument of ['no such id', 7, null, { id: 7 }, { parent: { id: 'gone' } }, []]) {
      const done = window.run('cordon.copyId', argument);
      (await window.nextQuickPick()).dismiss();
      await done;
    }
    assert.equal(window.clipboard, '');
  });
});

describe('commands for a workspace and its folder', () => {
  it('copy its id and say so', async () => {
    const { window, given } = cordonInWindow();
    const { id } = await given('demo');
    await window.run('cordon.copyId', id);
    assert.deepEqual([window.clipboard, window.statusMessage], [id, 'Copied the id of demo.']);
  });

  it('show its folder in the file manager, and open it in a new window', async () => {
    const { window, given } = cordonInWindow();
    const { id } = await given('demo', { folder: pathToFileURL('/x/with space').href });
    await window.run('cordon.revealFolder', id);
    await window.run('cordon.openFolder', id);
    assert.deepEqual(
      window.executed.map(([command, uri, options]) => [
        command,
        (uri as { fsPath: string }).fsPath,
        options,
      ]),
      [
        ['revealFileInOS', '/x/with space', undefined],
        ['vscode.openFolder', '/x/with space', { forceNewWindow: true }],
      ],
    );
  });

  it('rename it, by the key of a selected row too', async () => {
    const { window, service, given } = cordonInWindow();
    const { id } = await given('demo', { start: false });
    const tree = window.tree('cordon.workspaces');
    const [row] = await tree.rows();
    tree.selection = [row?.node];
    const renaming = window.run('cordon.rename', [row?.node, 'key']);
    const box = await window.nextInputBox();
    assert.deepEqual([box.title, box.value], ['Rename demo', 'demo']);
    box.answer('shop');
    await renaming;
    assert.equal(service.get(id)?.name, 'shop');
    assert.equal((await window.nextProgress()).title, 'Renaming demo');
  });

  it('mean by a key the row with the focus, and all that are selected only where it is one of them', async () => {
    const { window, given } = cordonInWindow();
    for (const name of ['one', 'two', 'three']) await given(name, { start: false });
    const tree = window.tree('cordon.workspaces');
    const [one, two, three] = (await tree.rows()).map(({ node }) => node);
    tree.selection = [one, two];
    for (const [focused, question] of [
      [three, /^Delete the workspace "/],
      [two, /^Delete 2 workspaces\?/],
    ] as const) {
      const deleting = window.run('cordon.delete', [focused, 'key']);
      const asked = await window.nextMessage();
      assert.match(asked.text, question);
      asked.dismiss();
      await deleting;
    }
  });

  it('do nothing by the key of a row below it, which means something else', async () => {
    const { window, service, given } = cordonInWindow();
    await given('demo', { start: false });
    const tree = window.tree('cordon.workspaces');
    const [row] = await tree.rows();
    tree.selection = [(await tree.rows(row?.node))[0]?.node];
    for (const focused of [tree.selection[0], undefined, { $treeViewId: 'cordon.workspaces' }])
      for (const command of ['cordon.rename', 'cordon.delete']) await window.run(command, [focused, 'key']);
    assert.deepEqual(
      service.list().map(({ name }) => name),
      ['demo'],
    );
  });

  it('rename nothing where the name stays or the person gives up', async () => {
    const { window, service, given } = cordonInWindow();
    const { id } = await given('demo', { start: false });
    const same = window.run('cordon.rename', id);
    (await window.nextInputBox()).accept();
    await same;
    const none = window.run('cordon.rename', id);
    (await window.nextInputBox()).dismiss();
    await none;
    assert.deepEqual([service.get(id)?.name, window.progress.left], ['demo', []]);
  });

  it('tell that a name is taken', async () => {
    const { window, service, given } = cordonInWindow();
    const { id } = await given('demo', { start: false });
    await given('shop', { start: false });
    const renaming = window.run('cordon.rename', id);
    (await window.nextInputBox()).answer('SHOP');
    await renaming;
    const message = await window.nextMessage();
    assert.deepEqual([message.kind, service.get(id)?.name], ['error', 'demo']);
    assert.match(message.text, /shop/i);
  });
});
