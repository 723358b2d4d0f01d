import assert from 'node:assert/strict';
import type { LazyReviews } from '../../../../src/review/lazyReviews.ts';
import { cordonInWindow } from '../../../support/cordonInWindow.ts';

async function withLeftovers() {
  const cordon = cordonInWindow();
  // What is left over when the engine connects goes without a word.
  await cordon.reconcile();
  await cordon.reconcile();
  const { engine } = cordon;
  const owner = 'f'.repeat(32);
  engine.networks.set('n', { workspaceId: owner, name: 'net $(trash)', labels: {}, isolated: false });
  engine.volumes.set('v', {
    workspaceId: owner,
    createdAtSeconds: 1000,
    sizeBytes: 3 * 1024 ** 2,
  });
  engine.ownImages.set('i', {
    ...{ id: 'i', references: ['own:1'], sizeBytes: 5 * 1024 ** 2, createdAtSeconds: 1000, isUsed: false },
  });
  return cordon;
}

describe('clean up', () => {
  it('says when there is nothing', async () => {
    const { window } = cordonInWindow();
    await window.run('cordon.cleanUp');
    assert.equal((await window.nextMessage()).text, 'There is nothing to clean up.');
  });

  it('shows groups, sizes and the total of what is ticked, and ticks nothing that loses work', async () => {
    const { window, engine } = await withLeftovers();
    const running = window.run('cordon.cleanUp');
    const pick = await window.nextQuickPick();
    assert.deepEqual(pick.headings, [
      'Volumes of no workspace',
      'Networks of no workspace',
      'Images that Cordon built and nothing uses',
    ]);
    assert.deepEqual(pick.labels, ['v', 'net $\u200b(trash)', 'own:1']);
    assert.match(pick.row('v').description ?? '', /^3 MB · \d+ years ago$/);
    assert.deepEqual(
      pick.selectedItems.map(({ label }) => label),
      ['net $\u200b(trash)', 'own:1'],
    );
    assert.equal(pick.title, 'Clean Up: 2 of 3 ticked, 5 MB');
    pick.tick('v', 'own:1');
    assert.equal(pick.title, 'Clean Up: 2 of 3 ticked, 8 MB');
    pick.dismiss();
    await running;
    assert.deepEqual([engine.networks.size, engine.volumes.size, engine.ownImages.size], [1, 1, 1]);
  });

  it('removes what is ticked, with one question for what cannot be had again', async () => {
    const { window, engine } = await withLeftovers();
    let running = window.run('cordon.cleanUp');
    (await window.nextQuickPick()).accept();
    await running;
    assert.equal((await window.nextMessage()).text, 'Removed: 2 of 2, 5 MB.');
    assert.deepEqual([engine.networks.size, engine.volumes.size, engine.ownImages.size], [0, 1, 0]);

    for (const [answer, left] of [
      [undefined, 1],
      ['Remove', 0],
    ] as const) {
      running = window.run('cordon.cleanUp');
      const pick = await window.nextQuickPick();
      pick.tick('v');
      pick.accept();
      const question = await window.nextMessage();
      assert.match(question.text, /1 of them cannot be had again/);
      if (answer) question.press(answer);
      else question.dismiss();
      await running;
      assert.equal(engine.volumes.size, left);
    }
  });

  it('sums up what could not go, and shows what is here while the engine is away', async () => {
    const { window, engine, storage } = await withLeftovers();
    let running = window.run('cordon.cleanUp');
    const pick = await window.nextQuickPick();
    engine.ownImages.set('i', { ...engine.ownImages.get('i')!, isUsed: true });
    pick.accept();
    await running;
    const message = await window.nextMessage();
    assert.deepEqual(
      [message.kind, message.text],
      ['error', 'Removed: 1 of 2, 0 byte. own:1: "own:1" is used again, or gone.'],
    );

    engine.lose();
    await window.run('cordon.cleanUp');
    assert.match((await window.nextMessage()).text, /No container engine/);
    await storage.write('cordon.quarantine', ['x']);
    running = window.run('cordon.cleanUp');
    const rest = await window.nextQuickPick();
    assert.match(rest.placeholder ?? '', /^Not everything could be looked through\. No container engine/);
    assert.deepEqual(rest.labels, ['unreadable']);
    rest.dismiss();
    await running;
  });

  it('says what nobody accepted of archived workspaces, and offers it as patches first', async () => {
    const exported: (readonly [string | undefined, string])[] = [];
    const change = { path: 'a', kind: 'added', type: 'file', conflict: false, dangers: [] } as const;
    const hasNothing = new Set<string>();
    const reviews: Partial<LazyReviews> = {
      isKept: (id) => Promise.resolve(cordon.service.get(id)?.mount === 'review'),
      changes: (id) => Promise.resolve(hasNothing.has(id) ? [] : [change]),
      snapshots: () => Promise.resolve([]),
      exportPatch: (id, path) => {
        exported.push([cordon.service.get(id)?.name, path]);
        return Promise.resolve({ written: ['a'], leftOut: [] });
      },
    };
    const cordon = cordonInWindow({ reviews });
    const { window, service } = cordon;
    for (const name of ['one', 'other', 'accepted', 'live']) {
      const mount = name === 'live' ? 'live' : 'review';
      const { id } = await cordon.given(name, { mount, start: false });
      if (name === 'accepted') hasNothing.add(id);
      await service.archive(id);
    }
    const cleanUp = async (...names: readonly string[]) => {
      const running = window.run('cordon.cleanUp');
      const pick = await window.nextQuickPick();
      pick.tick(...names);
      pick.accept();
      return { running, question: await window.nextMessage() };
    };

    const harmless = await cleanUp('accepted', 'live');
    assert.deepEqual(harmless.question.buttons, ['Remove']);
    assert.ok(!harmless.question.detail.includes('Lost, too'));
    harmless.question.press('Remove');
    await harmless.running;
    assert.match((await window.nextMessage()).text, /^Removed: 2 of 2/);

    window.files.saveTo = '/home/me/changes.patch';
    const { running, question } = await cleanUp('one', 'other');
    assert.deepEqual([question.isModal, question.buttons], [true, ['Remove', 'Export as Patch…']]);
    assert.match(question.detail, /: one, other\n\nLost, too: 2 changes for review, not accepted yet\./);
    question.press('Export as Patch…');
    for (let told = 0; told < 2; told += 1)
      assert.match((await window.nextMessage()).text, /^Wrote 1 change/);
    assert.deepEqual(exported, [
      ['one', '/home/me/changes.patch'],
      ['other', '/home/me/changes.patch'],
    ]);
    const again = await window.nextMessage();
    assert.match(again.detail, /Exported: \/home\/me\/changes\.patch\./);
    assert.equal(service.list().length, 2);
    again.press('Remove');
    await running;
    assert.deepEqual(service.list(), []);
  });

  it('keeps a workspace whose changes could not be written as a patch', async () => {
    const reviews: Partial<LazyReviews> = {
      isKept: () => Promise.resolve(true),
      changes: () => Promise.reject(new Error('no list')),
      snapshots: () => Promise.resolve([]),
      exportPatch: () => Promise.reject(new Error('no disk')),
    };
    const { window, service, given } = cordonInWindow({ reviews });
    const { id } = await given('one', { mount: 'review', start: false });
    await service.archive(id);
    window.files.saveTo = '/home/me/one.patch';
    const running = window.run('cordon.cleanUp');
    const pick = await window.nextQuickPick();
    pick.tick('one');
    pick.accept();
    (await window.nextMessage()).press('Export as Patch…');
    await running;
    assert.match((await window.nextMessage()).text, /could not be written/);
    assert.ok(service.get(id));
  });
});
