import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { cordonInWindow } from '../../../support/cordonInWindow.ts';
import { withoutWaiting } from '../../../support/withoutWaiting.ts';

async function watched(name = 'demo') {
  const cordon = cordonInWindow();
  const { id, container } = await cordon.given(name);
  const containerId = 'id' in container ? (container.id ?? '') : '';
  const securityRow = async () => {
    const tree = cordon.window.tree('cordon.workspaces');
    const [row] = await tree.rows();
    return (await tree.rows(row?.node)).find(({ label }) => label === 'Security warnings');
  };
  return { ...cordon, id, containerId, securityRow };
}

/** Once everything has happened that needs no time. */
async function idle() {
  for (let turn = 0; turn < 20; turn++) await setImmediate();
}

/** Commands are loaded first, which takes as long as the disk does. */
async function until(isSo: () => boolean) {
  while (!isSo()) await setImmediate();
}

describe('a notification of the monitor', () => {
  withoutWaiting();

  it('says what happened and what can be done, once until it is answered', async () => {
    const { window, engine, containerId, id, service } = await watched();
    engine.foreignExec(containerId, 'first');
    engine.foreignExec(containerId, 'second');
    const message = await window.nextMessage();
    assert.deepEqual(
      [message.kind, message.text, message.buttons],
      [
        'warning',
        'Workspace demo: Something other than Cordon started a process in the container: first',
        ['Show Security Log', 'Pause', 'Stop'],
      ],
    );
    await idle();
    assert.deepEqual(window.messages.left, []);
    message.press('Pause');
    await until(() => service.get(id)?.container.kind === 'paused');
    engine.foreignExec(containerId, 'third');
    // A test before this one may have left something that is told late.
    while (!(await window.nextMessage()).text.endsWith('third'));
  });

  it('of something critical comes after the pause, and offers a way on', async () => {
    const { window, engine, containerId, id, service } = await watched();
    engine.foreignConnect(containerId, 'bridge');
    const message = await window.nextMessage();
    assert.equal(service.get(id)?.container.kind, 'paused');
    assert.deepEqual(
      [message.kind, message.buttons],
      ['error', ['Disconnect Network', 'Resume', 'Show Security Log']],
    );
    assert.match(message.text, /network bridge\. The workspace was paused\./);
    message.press('Disconnect Network');
    await idle();
    assert.equal(engine.attached.get(containerId)?.has('bridge'), false);
  });

  it('makes no link and no further line of what it names', async () => {
    const { window, engine, containerId } = await watched('[x](command:y)');
    engine.foreignExec(containerId, 'a [click](command:cordon.delete)\n\u001b[2J');
    const { text } = await window.nextMessage();
    assert.doesNotMatch(text, /\]\(/);
    // eslint-disable-next-line no-control-regex -- control characters are what must be missing
    assert.doesNotMatch(text, /[\u0000-\u001f]/);
  });

  it('is counted in the tree until it is answered or the log was seen', async () => {
    const { window, engine, containerId, id, securityRow } = await watched();
    assert.equal(await securityRow(), undefined);
    engine.foreignExec(containerId, 'first');
    engine.foreignExec(containerId, 'second');
    await idle();
    const row = await securityRow();
    assert.equal(row?.description, '2 unanswered');
    assert.deepEqual(row.item.command?.arguments, [id]);
    await window.run('cordon.showSecurityLog', id);
    assert.equal(await securityRow(), undefined);
    engine.foreignConnect(containerId, 'bridge');
    const messages = [await window.nextMessage(), await window.nextMessage()];
    for (const message of messages) message.dismiss();
    await idle();
    assert.equal(await securityRow(), undefined);
  });

  it('of a limit leads to the limits', async () => {
    const { window, engine, containerId, id } = await watched();
    engine.emit({ workspaceId: id, containerId, action: 'oom' });
    const message = await window.nextMessage();
    assert.deepEqual(message.buttons, ['Raise Limit…', 'Pause', 'Stop', 'Show Security Log']);
    message.press('Raise Limit…');
    const pick = await window.nextQuickPick();
    assert.match(pick.place, /Edit demo/);
    assert.match(pick.items.map(({ label }) => label).join(), /Set other limits/);
  });
});

describe('show the security log', () => {
  it('says what would stand there while nothing has happened', async () => {
    const { window, id } = await watched();
    await window.run('cordon.showSecurityLog', id);
    const [editor] = window.documents.editors;
    assert.equal(editor?.uri.path, '/Security log of demo');
    assert.match(editor.text, /Nothing has happened/);
  });

  it('has a line for each thing that happened, newest last, whatever it is called', async () => {
    const { window, engine, id, containerId } = await watched();
    engine.foreignExec(containerId, 'first\n2026-01-01 00:00:00Z  critical  forged\u001b[2J');
    engine.foreignExec(containerId, 'second', { privileged: true });
    await idle();
    await window.run('cordon.showSecurityLog', id);
    const lines = window.documents.editors[0]!.text.split('\n').slice(2, -1);
    assert.equal(lines.length, 2);
    assert.match(
      lines[0]!,
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ {2}warning {3}foreign process: .*first.*forged/,
    );
    assert.match(lines[1]!, /critical {2}foreign process: .*privileged.*second The workspace was paused\.$/);
  });
});

describe('panic in a window', () => {
  it('freezes at once without a question, shows it, and leads to the release', async () => {
    const { window, service, id } = await watched();
    await window.run('cordon.panic');
    assert.ok(service.get(id)?.frozen);
    const message = await window.nextMessage();
    assert.deepEqual(
      [message.kind, message.text, message.buttons],
      [
        'warning',
        'Panic: 1 of 1 workspaces frozen, networks cut. Containers and files are kept.',
        ['Release…', 'Show Log'],
      ],
    );
    const [row] = await window.tree('cordon.workspaces').rows();
    assert.match(String(row?.description), /^frozen · /);
    assert.match(row?.item.contextValue ?? '', /^frozen\.workspace\./);
    assert.match(window.statusBar[0]!.text, /demo: frozen/);
    assert.equal(window.context.get('cordon.can.releaseWorkspaces'), true);

    message.press('Release…');
    (await window.nextQuickPick()).choose('demo');
    const question = await window.nextQuickPick();
    assert.deepEqual(
      question.items.map(({ label }) => label),
      ['Keep Frozen', 'Show Security Log', 'Resume', 'Delete…'],
    );
    question.choose('Resume');
    await idle();
    assert.equal(service.get(id)?.frozen, undefined);
    assert.equal(service.get(id)?.container.kind, 'running');
  });

  it('releases one by one, and nothing by default', async () => {
    const { window, service, given, id } = await watched();
    const other = await given('other');
    await service.panic();
    const running = window.run('cordon.releaseWorkspaces', id);
    (await window.nextQuickPick()).choose('Resume');
    (await window.nextQuickPick()).choose('other');
    (await window.nextQuickPick()).choose('Keep Frozen');
    await running;
    assert.equal(service.get(id)?.frozen, undefined);
    assert.ok(service.get(other.id)?.frozen);
  });

  it('asks which one where the title of the view hands in a row that is not frozen', async () => {
    const { window, service, given, id } = await watched();
    const stopped = await given('stopped', { start: false });
    await service.panic();
    const running = window.run('cordon.releaseWorkspaces', stopped.id);
    (await window.nextQuickPick()).choose('demo');
    (await window.nextQuickPick()).choose('Resume');
    await running;
    assert.equal(service.get(id)?.container.kind, 'running');
  });

  it('deletes what is not wanted any more, after the usual question', async () => {
    const { window, service, id } = await watched();
    await service.panic();
    const running = window.run('cordon.releaseWorkspaces', id);
    (await window.nextQuickPick()).choose('Delete…');
    (await window.nextMessage()).press('Delete');
    await running;
    assert.deepEqual(service.list(), []);
  });

  it('says when nothing ran, and when the engine is away', async () => {
    const { window, service, engine, id } = await watched();
    await service.stop(id);
    await window.run('cordon.panic');
    assert.match((await window.nextMessage()).text, /no workspace was running/);
    await service.start(id);
    engine.lose();
    await window.run('cordon.panic');
    const message = await window.nextMessage();
    assert.equal(message.kind, 'error');
    assert.match(message.text, /Frozen as soon as the container engine is back: 1/);
  });
});
