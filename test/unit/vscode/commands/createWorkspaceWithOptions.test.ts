import assert from 'node:assert/strict';
import { cordonInWindow } from '../../../support/cordonInWindow.ts';

/** Where one question after the other stands, and what is chosen there. */
async function begin(profiles?: unknown) {
  const cordon = cordonInWindow({ profiles });
  cordon.engine.images.set('node:24', []);
  cordon.engine.listImages = () =>
    Promise.resolve(
      ['tiny:local', 'node:24'].map((reference, index) => ({
        id: reference,
        reference,
        sizeBytes: 1024 ** 2,
        createdAt: `202${index}-01-01T00:00:00Z`,
      })),
    );
  const done = cordon.window.run('cordon.createWorkspaceWithOptions');
  const name = await cordon.window.nextInputBox();
  return { ...cordon, done, name };
}

/** The question for the image, once the engine has answered. */
async function images({ window }: Pick<Awaited<ReturnType<typeof begin>>, 'window'>) {
  const pick = await window.nextQuickPick();
  await pick.loaded();
  return pick;
}

describe('create a workspace with options', () => {
  it('asks for name, image, profile, network, mount and limits, and makes what was chosen', async () => {
    const cordon = await begin();
    const { window, service, done, name } = cordon;
    assert.deepEqual([name.place, name.value], ['Create Workspace (1/6)', 'demo']);
    name.answer('shop');

    const image = await images(cordon);
    assert.equal(image.place, 'Create Workspace (2/6)');
    assert.deepEqual(image.labels, ['tiny:local', 'node:24'], 'the usual one first');
    assert.match(image.row('tiny:local').description ?? '', /^1 MB · .* ago · current$/);
    image.choose('node:24');

    const profile = await window.nextQuickPick();
    assert.deepEqual(
      [profile.labels, profile.activeItems[0]?.label],
      [['basic', 'standard', 'strict'], 'standard'],
    );
    profile.choose('basic');

    const network = await window.nextQuickPick();
    assert.deepEqual(network.labels, ['open', 'filtered', 'isolated', 'none']);
    assert.match(network.row('open').detail ?? '', /the profile's own/);
    network.choose('isolated');

    const mount = await window.nextQuickPick();
    assert.deepEqual([mount.labels, mount.activeItems[0]?.label], [['live', 'readonly', 'review'], 'live']);
    mount.choose('readonly');

    const limits = await window.nextQuickPick();
    limits.choose('Set other limits…');
    for (const [value, problem] of [
      ['1.5', 'none'],
      ['256', '31'],
      ['64', '1.5'],
      ['32', ''],
    ] as const) {
      const box = await window.nextInputBox();
      box.answer(problem);
      assert.equal(box.problem, box.prompt, `${problem} is refused`);
      box.answer(value);
    }
    await done;
    const [workspace] = service.list();
    assert.deepEqual(
      [
        workspace?.name,
        workspace?.image,
        workspace?.profile,
        workspace?.network,
        workspace?.mount,
        workspace?.limits,
      ],
      [
        'shop',
        'node:24',
        'basic',
        'isolated',
        'readonly',
        { cpus: 1.5, memoryMiB: 256, pids: 64, tmpMiB: 32 },
      ],
    );
  });

  it('offers own profiles, says what their runtime costs, and takes none whose runtime is missing', async () => {
    const cordon = await begin({
      builds: {
        extends: 'standard',
        description: 'For $(zap) builds',
        network: 'isolated',
        limits: { cpus: 7 },
      },
      gvisor: { extends: 'standard', runtime: 'runsc' },
      vm: { extends: 'strict', runtime: 'kata' },
      broken: { extends: 'none' },
    });
    const { window, service, done, name } = cordon;
    name.answer('demo');
    (await images(cordon)).choose('tiny:local');
    const pick = await window.nextQuickPick();
    assert.deepEqual(pick.labels, ['basic', 'standard', 'strict', 'builds', 'gvisor', 'vm']);
    const detail = pick.row('builds').detail ?? '';
    assert.ok(detail.endsWith('builds · your own, from standard') && !detail.includes('$(zap)'), detail);
    assert.match(pick.row('gvisor').detail ?? '', /slower system calls, about 24 MB/);
    assert.match(pick.row('vm').detail ?? '', /small virtual machine/);
    assert.equal(pick.row('gvisor').description, 'not available: the engine has no runtime runsc');
    pick.choose('gvisor');
    const again = await window.nextQuickPick();
    again.choose('builds');
    const network = await window.nextQuickPick();
    assert.match(network.row('isolated').detail ?? '', /the profile's own/);
    network.choose('isolated');
    (await window.nextQuickPick()).choose('live');
    const limits = await window.nextQuickPick();
    assert.match(limits.row('Keep these limits').description ?? '', /^7 CPU/);
    limits.choose('Keep these limits');
    await done;
    assert.deepEqual([service.list()[0]?.profile, service.list()[0]?.limits.cpus], ['builds', 7]);
  });

  it('goes back a step and keeps what was answered', async () => {
    const cordon = await begin();
    const { window, service, done, name } = cordon;
    name.answer('first');
    (await images(cordon)).choose('tiny:local');
    (await window.nextQuickPick()).goBack();
    (await images(cordon)).goBack();
    const again = await window.nextInputBox();
    assert.deepEqual([again.place, again.value, again.buttons.length], ['Create Workspace (1/6)', 'demo', 0]);
    again.answer('second');
    (await images(cordon)).choose('tiny:local');
    for (const label of ['standard', 'none', 'live', 'Keep these limits'])
      (await window.nextQuickPick()).choose(label);
    await done;
    assert.deepEqual(
      service.list().map((workspace) => [workspace.name, workspace.network]),
      [['second', 'none']],
    );
  });

  it('goes back within the limits, and out of them', async () => {
    const cordon = await begin();
    const { window, service, done, name } = cordon;
    name.answer('demo');
    (await images(cordon)).choose('tiny:local');
    for (const label of ['standard', 'open', 'live']) (await window.nextQuickPick()).choose(label);
    (await window.nextQuickPick()).choose('Set other limits…');
    (await window.nextInputBox()).answer('2');
    (await window.nextInputBox()).goBack();
    const cpus = await window.nextInputBox();
    assert.equal(cpus.value, '2', 'what was typed is still there');
    cpus.goBack();
    (await window.nextQuickPick()).choose('Keep these limits');
    await done;
    assert.equal(service.list().length, 1);
  });

  it('makes nothing whichever question is dismissed', async () => {
    const labels = ['tiny:local', 'standard', 'open', 'live', 'Set other limits…'];
    for (let answered = 0; answered <= labels.length; answered++) {
      const cordon = await begin();
      const { window, service, done, name } = cordon;
      if (answered === 0) name.dismiss();
      else name.answer('demo');
      for (let index = 0; index < answered; index++) {
        const pick = index === 0 ? await images(cordon) : await window.nextQuickPick();
        if (index === answered - 1) pick.dismiss();
        else pick.choose(labels[index]!);
      }
      await done;
      assert.deepEqual([service.list(), window.messages.left], [[], []]);
    }
  });

  it('refuses a name at once, in a sentence, and accepts only a good one', async () => {
    const { window, done, name } = await begin();
    for (const bad of ['', 'x'.repeat(101), 'a\u0007b']) {
      name.answer(bad);
      assert.notEqual(name.problem, '', JSON.stringify(bad));
    }
    assert.equal(window.quickPicks.left.length, 0);
    name.type('good');
    assert.equal(name.problem, '');
    name.dismiss();
    await done;
  });
});

describe('the question for an image', () => {
  it('takes any reference that is typed, and none that cannot be one', async () => {
    const cordon = await begin();
    const { window, service, engine, done, name } = cordon;
    engine.images.set('alpine', []);
    name.answer('demo');
    const pick = await images(cordon);
    pick.type('no such: image');
    assert.equal(pick.labels[0], '"no such: image" is not the name of an image');
    pick.accept();
    pick.type('ghcr.io/someone/else:1');
    assert.equal(pick.labels[0], 'Use "ghcr.io/someone/else:1"');
    pick.type('node:24');
    assert.deepEqual(pick.labels, ['tiny:local', 'node:24'], 'a local one is on offer already');
    pick.type(' alpine ');
    pick.accept();
    for (const label of ['standard', 'open', 'live', 'Keep these limits'])
      (await window.nextQuickPick()).choose(label);
    await done;
    assert.deepEqual(
      service.list().map(({ image }) => image),
      ['alpine'],
    );
  });

  it('says why images cannot be listed, still offers the usual one, and lists again when asked', async () => {
    const cordon = cordonInWindow();
    const { engine, window } = cordon;
    engine.reachable = false;
    const done = window.run('cordon.createWorkspaceWithOptions');
    (await window.nextInputBox()).answer('demo');
    const pick = await images(cordon);
    assert.deepEqual([pick.labels, pick.headings], [['tiny:local'], ['No container engine answers.']]);
    assert.equal(pick.row('tiny:local').description, 'pulled when it is not here');
    engine.reachable = true;
    engine.listImages = () =>
      Promise.resolve([{ id: 'i', reference: 'other:1', sizeBytes: 5, createdAt: '2020-01-01T00:00:00Z' }]);
    pick.press('List Images Again');
    await pick.loaded();
    assert.deepEqual([pick.labels, pick.headings], [['other:1', 'tiny:local'], []]);
    pick.dismiss();
    await done;
  });
});
