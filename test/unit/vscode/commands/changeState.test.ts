import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
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

  it('restart what is paused, too, as what keeps it paused may say', async () => {
    const { window, service, given } = cordonInWindow();
    const { id } = await given('demo');
    await service.pause(id);
    const running = window.run('cordon.restart');
    (await window.nextQuickPick()).choose('demo');
    await running;
    assert.equal(service.get(id)?.container.kind, 'running');
  });

  it('offer a local image where that of a workspace is nowhere any more, and start with it', async () => {
    const { window, service, engine, given } = cordonInWindow();
    const { id } = await given('demo', { start: false });
    engine.images.clear();
    await window.run('cordon.start', id);
    const error = await window.nextMessage();
    assert.equal(error.text, 'The image tiny:local is nowhere.');
    engine.images.set('other:1', []);
    engine.listImages = () =>
      Promise.resolve([{ id: 'i', reference: 'other:1', sizeBytes: 1, createdAt: '2020-01-01T00:00:00Z' }]);
    error.press('Choose Local Image…');
    const pick = await window.nextQuickPick();
    await pick.loaded();
    pick.choose('other:1');
    for (let tries = 0; service.get(id)?.container.kind !== 'running' && tries < 100; tries += 1)
      await delay(10);
    const { image, container } = service.get(id)!;
    assert.deepEqual([image, container.kind], ['other:1', 'running']);
  });

  it('offer networks without a proxy where the image of that is nowhere any more, and start with them', async () => {
    const { window, service, engine, given } = cordonInWindow();
    const { id } = await given('demo', { start: false, network: 'filtered' });
    engine.images.delete('proxy:local');
    const fail = async () => {
      await window.run('cordon.start', id);
      return await window.nextMessage();
    };
    const error = await fail();
    assert.deepEqual(error.buttons, [
      'Change to "isolated"',
      'Change to "open"…',
      'Proxy Image…',
      'Show Log',
    ]);
    error.press('Change to "open"…');
    const question = await window.nextMessage();
    assert.ok(question.isModal);
    question.dismiss();
    (await fail()).press('Change to "isolated"');
    for (let tries = 0; service.get(id)?.container.kind !== 'running' && tries < 100; tries += 1)
      await delay(10);
    const { network, container } = service.get(id)!;
    assert.deepEqual([network, container.kind], ['isolated', 'running']);
    await window.run('cordon.stop', id);
    const editing = window.run('cordon.edit', id);
    for (const label of ['Network', 'filtered']) (await window.nextQuickPick()).choose(label);
    await editing;
    const refused = await window.nextMessage();
    assert.deepEqual(refused.buttons, ['Proxy Image…', 'Show Log']);
    assert.equal(service.get(id)?.network, 'isolated');
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
    assert.match(message.text, /^Stopped 1 of 2 workspaces\. (one|two): It would not stop\.$/);
    assert.deepEqual([message.kind, message.buttons], ['error', ['Retry', 'Show Log']]);
    assert.deepEqual(window.messages.left, []);
  });

  it('try again just what failed, by a button of the summary', async () => {
    const { window, one, two, engine, kinds } = await twoWorkspaces(true);
    let isBroken = true;
    const stopped: string[] = [];
    engine.before = (step) => {
      if (step !== 'stopContainer') return;
      stopped.push(step);
      if (isBroken && stopped.length === 2) throw new CordonError('engineFailed', 'It would not stop.');
    };
    await window.run('cordon.stop', undefined, [one.id, two.id]);
    isBroken = false;
    (await window.nextMessage()).press('Retry');
    const title = /^Stopping (one|two)$/;
    assert.equal((await window.nextProgress()).title, 'Stopping 2 workspaces');
    const retried = await window.nextProgress();
    assert.match(retried.title, title);
    while (!retried.isOver) await new Promise(setImmediate);
    assert.deepEqual([kinds(), stopped.length], [['stopped', 'stopped'], 3]);
    assert.deepEqual(window.messages.left, []);
  });

  it('name what failed of very many in a document', async () => {
    const cordon = cordonInWindow();
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) ids.push((await cordon.given(name)).id);
    let stops = 0;
    cordon.engine.before = (step) => {
      if (step === 'stopContainer' && ++stops > 1) throw new CordonError('engineFailed', `No (${stops}).`);
    };
    await cordon.window.run('cordon.stop', undefined, ids);
    const message = await cordon.window.nextMessage();
    assert.equal(message.text, 'Stopped 1 of 5 workspaces. 4 failed.');
    const { steps } = await cordon.window.nextProgress();
    assert.deepEqual([steps[0], steps.at(-1)], ['0 of 5', '5 of 5, 4 failed']);
    message.press('Show Details');
    const { editors } = cordon.window.documents;
    while (editors.length === 0) await new Promise(setImmediate);
    assert.equal(editors[0]?.text.match(/^[a-e]: No \(\d\)\.$/gm)?.length, 4);
  });

  it('say how many came to what was wanted, once', async () => {
    const { window, one, two } = await twoWorkspaces(true);
    await window.run('cordon.pause', undefined, [one.id, two.id]);
    const message = await window.nextMessage();
    assert.deepEqual([message.kind, message.text], ['information', 'Paused 2 of 2 workspaces.']);
    await window.run('cordon.resume', undefined, [one.id, two.id]);
    assert.equal((await window.nextMessage()).text, 'Resumed 2 of 2 workspaces.');
    await window.run('cordon.resume', undefined, [one.id, two.id]);
    assert.match((await window.nextMessage()).text, /no workspace for which this is possible/);
    assert.deepEqual(window.messages.left, []);
  });

  it('begin nothing more after a cancel, and end what runs', async () => {
    const cordon = cordonInWindow();
    const ids: string[] = [];
    for (let index = 0; index < 10; index++) ids.push((await cordon.given(`w${index}`)).id);
    let begun = 0;
    cordon.engine.before = (step) => {
      if (step === 'stopContainer' && ++begun === 1) cordon.window.progress.left[0]?.cancel();
    };
    await cordon.window.run('cordon.stop', undefined, ids);
    assert.ok(begun < 7, `${begun} were begun`);
    const left = cordon.service.list().filter(({ container }) => container.kind === 'running').length;
    assert.ok(left >= 4, `${left} run on`);
    assert.ok(cordon.service.list().every(({ lastError }) => lastError === undefined));
  });

  it('say nothing of what the person cancelled', async () => {
    const { window, one, two, engine } = await twoWorkspaces(true);
    engine.before = (step) => {
      if (step === 'get' && !window.progress.left[0]?.token.isCancellationRequested)
        window.progress.left[0]?.cancel();
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
    assert.match(question.detail, /The settings are kept/);
    question.press('Archive');
    await archiving;
    assert.equal(service.get(id)?.status, 'archived');
    await window.run('cordon.restore', id);
    assert.equal(service.get(id)?.status, 'inactive');
  });

  it('archive many after one question, and bring them back', async () => {
    const { window, service, one, two } = await twoWorkspaces(false);
    const archiving = window.run('cordon.archive', undefined, [one.id, two.id]);
    const question = await window.nextMessage();
    assert.equal(question.text, 'Archive 2 workspaces?');
    assert.match(question.detail, /^one, two\n/);
    question.press('Archive');
    await archiving;
    assert.deepEqual(
      service.list().map(({ status }) => status),
      ['archived', 'archived'],
    );
    assert.equal((await window.nextMessage()).text, 'Archived 2 of 2 workspaces.');
    await window.run('cordon.restore', undefined, [one.id, two.id]);
    assert.deepEqual(
      service.list().map(({ status }) => status),
      ['inactive', 'inactive'],
    );
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
    const deleting = window.run('cordon.delete', [undefined, 'key']);
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
