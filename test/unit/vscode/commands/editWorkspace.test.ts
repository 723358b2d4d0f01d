import assert from 'node:assert/strict';
import type { CreateWorkspaceRequest } from '../../../../src/workspaces/workspaceRequest.ts';
import { cordonInWindow } from '../../../support/cordonInWindow.ts';

/** A running workspace, and the question what to change of it. */
async function edit(request: Partial<CreateWorkspaceRequest> = {}) {
  const cordon = cordonInWindow();
  const { window, service } = cordon;
  const { id } = await cordon.given('demo', request);
  const done = window.run('cordon.edit', id);
  const field = await window.nextQuickPick();
  const now = () => service.get(id)!;
  return { ...cordon, id, done, field, now };
}

describe('edit a workspace', () => {
  it('shows what can be changed, and how it is now', async () => {
    const { field, done, now } = await edit({ env: { A: '1', B: '2' } });
    assert.equal(field.title, 'Edit demo');
    assert.deepEqual(
      field.items.slice(0, 4).map(({ label, description }) => [label, description]),
      [
        ['Image', 'tiny:local'],
        ['Profile', 'standard'],
        ['Network', 'open'],
        ['Mount', 'live'],
      ],
    );
    assert.match(field.row('Limits').description ?? '', new RegExp(`^${now().limits.cpus} CPU · `));
    assert.equal(field.row('Environment').description, 'A, B');
    field.dismiss();
    await done;
  });

  it('asks before it makes a new container, and says what is lost', async () => {
    const { window, field, done, now, engine } = await edit();
    const [before] = engine.containers.keys();
    field.choose('Network');
    const network = await window.nextQuickPick();
    assert.deepEqual([network.title, network.activeItems[0]?.label], ['Edit demo', 'open']);
    network.choose('none');
    const question = await window.nextMessage();
    assert.deepEqual(
      [question.isModal, question.text],
      [true, 'This change needs a new container for "demo".'],
    );
    assert.match(question.detail, /Lost: everything that is only in the container/);
    assert.doesNotMatch(question.detail, /Ended/);
    question.press('Make New Container');
    await done;
    assert.equal(now().network, 'none');
    assert.ok(!engine.containers.has(before!));
  });

  it('takes with a stricter profile what it promises, and says so first', async () => {
    const { window, field, done, now } = await edit({ limits: { cpus: 0.5 } });
    field.choose('Profile');
    (await window.nextQuickPick()).choose('strict');
    const question = await window.nextMessage();
    assert.match(
      question.detail,
      /Tighter with the profile strict: No network at all; .*only read.*; 0\.5 CPU/,
    );
    question.press('Make New Container');
    await done;
    const { profile, network, mount, limits } = now();
    assert.deepEqual([profile, network, mount], ['strict', 'none', 'readonly']);
    assert.deepEqual([limits.cpus, limits.memoryMiB, limits.pids], [0.5, 2048, 256]);
  });

  it('leaves with a looser profile what is tighter by itself', async () => {
    const { window, field, done, now } = await edit({ network: 'none' });
    field.choose('Profile');
    (await window.nextQuickPick()).choose('basic');
    (await window.nextMessage()).press('Make New Container');
    await done;
    assert.deepEqual([now().profile, now().network, now().limits.cpus], ['basic', 'none', 2]);
  });

  it('changes nothing where the person does not want a new container', async () => {
    const { window, field, done, now, engine } = await edit();
    const before = [...engine.containers.keys()];
    field.choose('Mount');
    (await window.nextQuickPick()).choose('readonly');
    (await window.nextMessage()).dismiss();
    await done;
    assert.deepEqual([now().mount, [...engine.containers.keys()]], ['live', before]);
  });

  it('says what becomes of changes for review where the workspace leaves that mode', async () => {
    const { window, field, done } = await edit({ mount: 'review' });
    field.choose('Mount');
    (await window.nextQuickPick()).choose('live');
    const question = await window.nextMessage();
    assert.match(question.detail, /not to be seen before it is in review mode again/);
    question.dismiss();
    await done;
  });

  it('changes limits in place, without a question', async () => {
    const { window, field, done, now, engine } = await edit();
    const before = [...engine.containers.keys()];
    field.choose('Limits');
    (await window.nextQuickPick()).choose('Set other limits…');
    const values = ['0.5', '512', '100', String(now().limits.tmpMiB)];
    for (const value of values) (await window.nextInputBox()).answer(value);
    await done;
    assert.deepEqual([now().limits.cpus, now().limits.memoryMiB, now().limits.pids], [0.5, 512, 100]);
    assert.deepEqual([[...engine.containers.keys()], window.messages.left], [before, []]);
  });

  it('does nothing where the answer is what the workspace has already', async () => {
    for (const [what, same] of [
      ['Profile', 'standard'],
      ['Network', 'open'],
      ['Mount', 'live'],
      ['Limits', 'Keep these limits'],
    ] as const) {
      const { window, field, done, engine } = await edit();
      engine.calls.length = 0;
      field.choose(what);
      (await window.nextQuickPick()).choose(same);
      await done;
      assert.deepEqual([engine.calls, window.messages.left], [[], []], what);
    }
  });

  it('changes image and profile of a stopped workspace', async () => {
    const { window, service, engine, given } = cordonInWindow();
    engine.images.set('other:1', []);
    const { id } = await given('demo', { start: false });
    const image = window.run('cordon.edit', id);
    (await window.nextQuickPick()).choose('Image');
    const pick = await window.nextQuickPick();
    pick.type('other:1');
    pick.accept();
    await image;
    const profile = window.run('cordon.edit', id);
    (await window.nextQuickPick()).choose('Profile');
    (await window.nextQuickPick()).choose('strict');
    await profile;
    assert.deepEqual([service.get(id)?.image, service.get(id)?.profile], ['other:1', 'strict']);
  });

  it('comes back to the first question, and ends where any is dismissed', async () => {
    for (const what of ['Image', 'Profile', 'Network', 'Mount', 'Limits', 'Environment']) {
      const { window, field, done, engine } = await edit();
      field.choose(what);
      (await window.nextQuickPick()).goBack();
      const again = await window.nextQuickPick();
      assert.equal(again.placeholder, 'What do you want to change?');
      engine.calls.length = 0;
      again.choose(what);
      (await window.nextQuickPick()).dismiss();
      await done;
      assert.deepEqual(
        engine.calls.filter((call) => call !== 'get' && call !== 'listImages'),
        [],
        what,
      );
    }
  });
});

describe('the environment of a workspace', () => {
  it('is changed variable by variable, and applied at once', async () => {
    const { window, field, done, now } = await edit({ env: { OLD: '1', KEPT: 'a=b' }, start: false });
    field.choose('Environment');
    const first = await window.nextQuickPick();
    assert.deepEqual(
      first.labels,
      ['$(add) Add a variable…', 'OLD', 'KEPT'],
      'there is nothing to apply yet',
    );
    first.choose('$(add) Add a variable…');
    const added = await window.nextInputBox();
    for (const bad of ['', 'NAME', '=x', '1A=x', 'CORDON_X=1']) {
      added.answer(bad);
      assert.match(added.problem, /NAME=value/, bad);
    }
    added.answer('NEW=x=y');
    (await window.nextQuickPick()).choose('OLD');
    const removed = await window.nextInputBox();
    assert.equal(removed.value, 'OLD=1');
    removed.answer('');
    (await window.nextQuickPick()).choose('KEPT');
    (await window.nextInputBox()).answer('RENAMED=a=b');
    const last = await window.nextQuickPick();
    assert.deepEqual(last.labels, [
      '$(check) Apply these changes',
      '$(add) Add a variable…',
      'NEW',
      'RENAMED',
    ]);
    last.choose('$(check) Apply these changes');
    await done;
    assert.deepEqual(now().env, { NEW: 'x=y', RENAMED: 'a=b' });
  });

  it('stays as it is when the person goes back or gives up', async () => {
    const { window, field, done, now } = await edit({ env: { A: '1' }, start: false });
    field.choose('Environment');
    (await window.nextQuickPick()).choose('A');
    (await window.nextInputBox()).goBack();
    (await window.nextQuickPick()).choose('A');
    (await window.nextInputBox()).dismiss();
    await done;
    assert.deepEqual(now().env, { A: '1' });
  });
});
