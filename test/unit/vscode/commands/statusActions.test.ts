import assert from 'node:assert/strict';
import { cordonInWindow } from '../../../support/cordonInWindow.ts';

describe('a click on the status bar', () => {
  it('offers what can be done with the workspace of the open folder, and runs it', async () => {
    const { window, given, service } = cordonInWindow();
    const { id } = await given('demo');
    const done = window.run('cordon.statusActions');
    const pick = await window.nextQuickPick();
    assert.deepEqual(pick.headings, ['demo · running · standard', 'Cordon']);
    for (const possible of ['Stop Workspace', 'Pause Workspace', 'Open Terminal', 'Show Isolation Report'])
      assert.ok(pick.labels.includes(possible), possible);
    for (const impossible of ['Start Workspace', 'Resume Workspace', 'Restore Workspace'])
      assert.ok(!pick.labels.includes(impossible), impossible);
    pick.choose('Stop Workspace');
    await done;
    assert.deepEqual(window.executed, [['cordon.stop', id]]);
    assert.equal(service.get(id)?.container.kind, 'stopped');
  });

  it('lists the most active workspace first', async () => {
    const { window, given } = cordonInWindow();
    await given('a', { start: false });
    await given('b');
    const done = window.run('cordon.statusActions');
    const pick = await window.nextQuickPick();
    assert.deepEqual(pick.headings, ['b · running · standard', 'a · no container · standard', 'Cordon']);
    pick.dismiss();
    await done;
    assert.deepEqual(window.executed, []);
  });

  it('offers to create a workspace where there is none, and not without a folder', async () => {
    const { window } = cordonInWindow();
    const done = window.run('cordon.statusActions');
    const pick = await window.nextQuickPick();
    assert.deepEqual(pick.labels, [
      'Create Workspace',
      'Create Workspace with Options…',
      'Show Workspaces',
      'Show Log',
      'Show Container Engines',
    ]);
    pick.choose('Show Workspaces');
    await done;
    assert.deepEqual(window.executed, [['cordon.workspaces.focus', undefined]]);

    window.openFolders([]);
    const without = window.run('cordon.statusActions');
    const fewer = await window.nextQuickPick();
    assert.ok(!fewer.labels.some((label) => label.startsWith('Create')));
    fewer.dismiss();
    await without;
  });

  it('begins with the way back to an engine that is gone', async () => {
    const { window, engine } = cordonInWindow();
    engine.lose();
    const done = window.run('cordon.statusActions');
    const pick = await window.nextQuickPick();
    assert.equal(pick.headings[0], 'No container engine can be reached');
    assert.deepEqual(pick.labels.slice(0, 2), ['Look for Container Engine Again', 'Show Container Engines']);
    pick.choose('Look for Container Engine Again');
    await done;
    assert.equal(engine.state.kind, 'connected');
  });
});
