import assert from 'node:assert/strict';
import { CordonError } from '../../../../src/shared/errors.ts';
import { cordonInWindow } from '../../../support/cordonInWindow.ts';

const names = ({ service }: ReturnType<typeof cordonInWindow>) => service.list().map(({ name }) => name);

describe('create a workspace', () => {
  it('makes one of the open folder without a question, brings it into view and offers a terminal', async () => {
    const cordon = cordonInWindow();
    const { window, service } = cordon;
    await window.run('cordon.createWorkspace');
    const [workspace] = service.list();
    assert.deepEqual(
      [workspace?.name, workspace?.folder, workspace?.container.kind, workspace?.profile, workspace?.image],
      ['demo', 'file:///projects/demo', 'running', 'standard', 'tiny:local'],
    );
    assert.deepEqual(window.tree('cordon.workspaces').revealed, [{ kind: 'workspace', id: workspace?.id }]);
    const progress = await window.nextProgress();
    assert.deepEqual(
      [progress.title, progress.isCancellable, progress.isOver],
      ['Creating demo', true, true],
    );
    assert.ok(progress.steps.length > 0, 'its steps are told');
    const message = await window.nextMessage();
    assert.equal(message.text, 'Workspace demo is ready.');
    message.press('Open Terminal');
    await message.answered;
    assert.deepEqual(window.executed, [['cordon.openTerminal', workspace?.id]]);
    assert.deepEqual([...window.quickPicks.left, ...window.inputBoxes.left, ...window.messages.left], []);
  });

  it('finds a name that is free', async () => {
    const cordon = cordonInWindow();
    await cordon.given('demo', { start: false });
    await cordon.window.run('cordon.createWorkspace');
    assert.deepEqual(names(cordon).sort(), ['demo', 'demo 2']);
  });

  it('asks which folder where several are open', async () => {
    const cordon = cordonInWindow({ folders: ['/projects/one', '/projects/two'] });
    const done = cordon.window.run('cordon.createWorkspace');
    const pick = await cordon.window.nextQuickPick();
    assert.deepEqual(pick.labels, ['one', 'two']);
    pick.choose('two');
    await done;
    assert.deepEqual(
      cordon.service.list().map(({ folder }) => folder),
      ['file:///projects/two'],
    );
  });

  it('makes nothing when the question for the folder is dismissed', async () => {
    const cordon = cordonInWindow({ folders: ['/projects/one', '/projects/two'] });
    const done = cordon.window.run('cordon.createWorkspace');
    (await cordon.window.nextQuickPick()).dismiss();
    await done;
    assert.deepEqual([names(cordon), cordon.window.messages.left], [[], []]);
  });

  it('offers to open a folder where none is', async () => {
    const { window, service } = cordonInWindow({ folders: [] });
    const done = window.run('cordon.createWorkspace');
    const message = await window.nextMessage();
    assert.equal(message.text, 'A workspace runs one folder. Open the folder first.');
    message.press('Open Folder…');
    await done;
    assert.deepEqual([window.executed, service.list()], [[['vscode.openFolder']], []]);
  });

  it('leaves nothing behind when the person cancels, and says nothing', async () => {
    const { window, service, engine, log } = cordonInWindow();
    engine.before = async (step) => {
      if (step === 'createdContainer') (await window.nextProgress()).cancel();
    };
    await window.run('cordon.createWorkspace');
    assert.deepEqual([service.list(), engine.containers.size, engine.networks.size], [[], 0, 0]);
    assert.deepEqual(window.messages.left, []);
    assert.match(log.text, /cordon\.createWorkspace: cancelled after /);
  });

  it('offers a local image where the wanted one is nowhere, and keeps the rest', async () => {
    const { window, service, engine } = cordonInWindow();
    engine.images.clear();
    await window.run('cordon.createWorkspace');
    const error = await window.nextMessage();
    assert.deepEqual([error.kind, error.text], ['error', 'The image tiny:local is nowhere.']);
    engine.images.set('other:1', []);
    engine.listImages = () =>
      Promise.resolve([
        { id: 'i', reference: 'other:1', sizeBytes: 240 * 1024 * 1024, createdAt: '2020-01-01T00:00:00Z' },
      ]);
    error.press('Choose Local Image…');
    const pick = await window.nextQuickPick();
    assert.equal(pick.title, 'Image of demo');
    await pick.loaded();
    pick.choose('other:1');
    assert.equal((await window.nextMessage()).text, 'Workspace demo is ready.');
    assert.deepEqual(
      service.list().map(({ name, image }) => [name, image]),
      [['demo', 'other:1']],
    );
  });

  it('offers networks without a proxy where its image is nowhere, and never takes the open one by itself', async () => {
    const { window, service, engine } = cordonInWindow({ network: 'filtered' });
    engine.images.delete('proxy:local');
    const fail = async () => {
      const done = window.run('cordon.createWorkspaceWithOptions');
      (await window.nextInputBox()).accept();
      const images = await window.nextQuickPick();
      await images.loaded();
      images.choose('tiny:local');
      for (const label of ['standard', 'filtered', 'live', 'Keep these limits'])
        (await window.nextQuickPick()).choose(label);
      await done;
      const error = await window.nextMessage();
      assert.match(error.text, /needs a proxy, and its image proxy:local cannot be used/);
      assert.deepEqual(error.buttons, [
        'Create as "isolated"',
        'Create as "open"…',
        'Proxy Image…',
        'Show Log',
      ]);
      return error;
    };
    (await fail()).press('Create as "open"…');
    (await window.nextMessage()).dismiss();
    assert.deepEqual(service.list(), []);
    (await fail()).press('Create as "open"…');
    const question = await window.nextMessage();
    assert.ok(question.isModal);
    question.press('Create');
    assert.equal((await window.nextMessage()).text, 'Workspace demo is ready.');
    (await fail()).press('Create as "isolated"');
    assert.match((await window.nextMessage()).text, /is ready/);
    assert.deepEqual(
      service.list().map(({ network }) => network),
      ['open', 'isolated'],
    );
    (await fail()).press('Proxy Image…');
    await window.executedAll();
    assert.deepEqual(window.executed.at(-1), ['workbench.action.openSettings', 'cordon.proxyImage']);
  });

  it('takes a network that reaches nothing where nobody asked for one and the proxy’s image is nowhere, and says so', async () => {
    const { window, service, engine } = cordonInWindow({ network: 'filtered' });
    engine.images.delete('proxy:local');
    await window.run('cordon.createWorkspace');
    const warning = await window.nextMessage();
    assert.equal(warning.kind, 'warning');
    assert.match(warning.text, /demo is ready, with the network "isolated", which reaches nothing/);
    assert.deepEqual(warning.buttons, ['Edit Workspace…', 'Proxy Image…']);
    assert.deepEqual(
      service.list().map(({ network, container }) => [network, container.kind]),
      [['isolated', 'running']],
    );
    warning.press('Edit Workspace…');
    await window.executedAll();
    assert.deepEqual(window.executed.at(-1), ['cordon.edit', service.list()[0]?.id]);
    engine.images.set('proxy:local', []);
    await window.run('cordon.createWorkspace');
    assert.match((await window.nextMessage()).text, /is ready\.$/);
    assert.deepEqual(
      service.list().map(({ network }) => network),
      ['isolated', 'filtered'],
    );
  });

  it('tells any other error once, with the way to the log', async () => {
    const { window, engine, log } = cordonInWindow();
    engine.before = (step) => {
      if (step === 'createContainer') throw new CordonError('engineFailed', 'The [disk](command:x) is full.');
    };
    await window.run('cordon.createWorkspace');
    const message = await window.nextMessage();
    assert.deepEqual([message.kind, message.buttons, window.messages.left], ['error', ['Show Log'], []]);
    assert.match(message.text, /disk/);
    assert.doesNotMatch(message.text, /\]\(/, 'no link');
    const errors = log.text.match(/^\[error\].*$/gm) ?? [];
    assert.equal(errors.length, 1, 'it stands in the log once');
    assert.match(errors[0], /create "demo": failed after .*\[engineFailed\]/);
    message.press('Show Log');
    await message.answered;
    await window.executedAll();
    assert.deepEqual([window.executed, log.isShown], [[['cordon.showLog']], true]);
  });
});
