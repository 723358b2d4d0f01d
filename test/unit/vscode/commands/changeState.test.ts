import assert from 'node:assert/strict';
import { CordonError } from '../../../../src/shared/errors.ts';
import { cordonInWindow } from '../../../support/cordonInWindow.ts';

async function twoWorkspaces(start: boolean) {
  const cordon = cordonInWindow();
  const one = await cordon.given('one', { start });
  const two = await cordon.given('two', { start });
  const kinds = () => [one, two].map(({ id }) => cordon.service.get(id)?.container.kind);
  return { ...cordon, one, two, kinds };
}

describe('commands that change the state of a workspace', () => {
  it('run under a progress of their own', async () => {
    const { window, service, given } = cordonInWindow();
    const { id } = await given('demo');
    for (const [command, title, kind] of [
      ['cordon.pause', 'Pausing demo', 'paused'],
      ['cordon.resume', 'Resuming demo', 'running'],
      ['cordon.restart', 'Restarting demo', 'running'],
      ['cordon.stop', 'Stopping demo', 'stopped'],
      ['cordon.start', 'Starting demo', 'running'],
    ] as const) {
      await window.run(command, id);
      const progress = await window.nextProgress();
      assert.deepEqual([progress.title, service.get(id)?.container.kind], [title, kind], command);
    }
    assert.deepEqual(window.messages.left, []);
  });

  it('take a row of the tree as well as an id', async () => {
    const { window, service, given } = cordonInWindow();
    const { id } = await given('demo');
    const tree = window.tree('cordon.workspaces');
    const [row] = await tree.rows();
    await window.run('cordon.stop', row?.node);
    assert.equal(service.get(id)?.container.kind, 'stopped');
    const [detail] = await tree.rows(row?.node);
    await window.run('cordon.start', detail?.node);
    assert.equal(service.get(id)?.container.kind, 'running', 'the row below a workspace stands for it');
  });

  it('work on every selected row, each once, under one progress', async () => {
    const { window, kinds } = await twoWorkspaces(true);
    const nodes = (await window.tree('cordon.workspaces').rows()).map(({ node }) => node);
    await window.run('cordon.stop', nodes[0], [...nodes, nodes[0]]);
    assert.deepEqual(kinds(), ['stopped', 'stopped']);
    const progress = await window.nextProgress();
    assert.deepEqual([progress.title, progress.steps.at(-1)], ['Stopping 2 workspaces', '2 of 2']);
    await window.run('cordon.start', undefined, nodes);
    assert.deepEqual(kinds(), ['running', 'running']);
    await window.run('cordon.restart', undefined, nodes);
    assert.equal((await window.nextProgress()).title, 'Starting 2 workspaces');
    assert.equal((await window.nextProgress()).title, 'Restarting 2 workspaces');
  });

  it('leave out the selected rows on which they make no sense', async () => {
    const { window, service, one, two, kinds } = await twoWorkspaces(true);
    await service.stop(one.id);
    await window.run('cordon.stop', undefined, [one.id, two.id]);
    assert.deepEqual(kinds(), ['stopped', 'stopped']);
    assert.equal((await window.nextProgress()).title, 'Stopping two');
  });

  it('report once what failed of many, by name', async () => {
    const { window, one, two, engine } = await twoWorkspaces(true);
    let stops = 0;
    engine.before = (step) => {
      if (step === 'stopContainer' && ++stops === 1)
        throw new CordonError('engineFailed', 'It would not stop.');
    };
    await window.run('cordon.stop', undefined, [one.id, two.id]);
    const message = await window.nextMessage();
    assert.match(message.text, /^1 of 2 workspaces failed\. (one|two): It would not stop\.$/);
    assert.deepEqual(window.messages.left, []);
  });

  it('say nothing of what the person cancelled', async () => {
    const { window, one, two, engine } = await twoWorkspaces(true);
    engine.before = (step) => {
      if (step === 'stopContainer') window.progress.left[0]?.cancel();
    };
    await window.run('cordon.stop', undefined, [one.id, two.id]);
    assert.deepEqual(window.messages.left, []);
    const { steps } = await window.nextProgress();
    assert.ok(steps.includes('cancelling…'));
  });

  it('bring an archived workspace back', async () => {
    const { window, service, given } = cordonInWindow();
    const { id } = await given('demo', { start: false });
    const archiving = window.run('cordon.archive', id);
    const question = await window.nextMessage();
    assert.deepEqual([question.isModal, question.text], [true, 'Archive the workspace "demo"?']);
    assert.match(question.detail, /Its settings are kept/);
    question.press('Archive');
    await archiving;
    assert.equal(service.get(id)?.status, 'archived');
    await window.run('cordon.restore', id);
    assert.equal(service.get(id)?.status, 'inactive');
  });

  it('archive nothing without a yes', async () => {
    const { window, service, given } = cordonInWindow();
    const { id } = await given('demo');
    const archiving = window.run('cordon.archive', id);
    (await window.nextMessage()).dismiss();
    await archiving;
    assert.equal(service.get(id)?.status, 'active');
  });
});

describe('delete workspaces', () => {
  it('says what is lost and what is kept, and deletes after a yes', async () => {
    const { window, service, engine, given } = cordonInWindow();
    const { id } = await given('demo');
    const deleting = window.run('cordon.delete', id);
    const question = await window.nextMessage();
    assert.deepEqual([question.isModal, question.text], [true, 'Delete the workspace "demo"?']);
    assert.match(question.detail, /Lost: the container.*Kept: the files in \/projects\/demo\./s);
    assert.doesNotMatch(question.detail, /Ended/);
    question.press('Delete');
    await deleting;
    assert.deepEqual([service.list(), engine.containers.size], [[], 0]);
    assert.equal((await window.nextProgress()).title, 'Deleting demo');
  });

  it('deletes what is selected in the view, by its key', async () => {
    const { window, service, one, two, engine } = await twoWorkspaces(false);
    const tree = window.tree('cordon.workspaces');
    tree.selection = (await tree.rows()).map(({ node }) => node);
    const deleting = window.run('cordon.delete', { selection: true });
    const question = await window.nextMessage();
    assert.equal(question.text, 'Delete 2 workspaces?');
    assert.match(question.detail, /^one, two\n/);
    question.press('Delete');
    await deleting;
    assert.deepEqual(
      [service.get(one.id), service.get(two.id), engine.containers.size],
      [undefined, undefined, 0],
    );
  });

  it('deletes nothing without a yes', async () => {
    const { window, service, one } = await twoWorkspaces(false);
    const deleting = window.run('cordon.delete', one.id);
    (await window.nextMessage()).dismiss();
    await deleting;
    assert.equal(service.list().length, 2);
    assert.deepEqual(window.progress.left, []);
  });

  it('deletes nothing where nothing is chosen', async () => {
    const { window, service } = await twoWorkspaces(false);
    const deleting = window.run('cordon.delete');
    (await window.nextQuickPick()).dismiss();
    await deleting;
    assert.deepEqual([service.list().length, window.messages.left], [2, []]);
  });
});
