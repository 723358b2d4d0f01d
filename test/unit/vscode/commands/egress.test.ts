import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { cordonInWindow } from '../../../support/cordonInWindow.ts';
import { finishedProcess } from '../../../support/fakeEngine.ts';
import { until } from '../../../support/until.ts';

const log = [
  '2026/11/29 07:48:57| Service Name: squid',
  'cordon-try 1795938615.517 10.213.134.66 33142 GET a.example.test 80 200 139 70 68 allowed',
  'cordon-try 1795938615.612 10.213.134.66 33150 CONNECT b.example.test 443 403 3326 0 0 rule',
  'cordon-try 1795938616.612 10.213.134.66 33151 CONNECT b.example.test 443 403 3326 0 0 rule',
  'cordon-try 1795938616.700 10.213.134.66 33152 CONNECT private.example.test 8443 403 3326 0 0 address',
  'cordon-try 1795938617.612 10.213.134.66 33154 CONNECT not-allowed.cordon.invalid 443 403 3312 0 0 rule',
  'cordon-try 1795938617.612 10.213.134.66 33154 CONNECT 169.254.169.254 443 403 3312 0 0 rule',
  'cordon-try x $(trash) 5 rule',
].join('\n');

const open: { dispose(): void }[] = [];

// A window tells of names a moment after they were tried, and would do so in that of another test.
afterEach(() => {
  for (const each of open.splice(0)) each.dispose();
});

async function given() {
  const cordon = cordonInWindow();
  open.push(cordon.registered);
  cordon.engine.process = () => finishedProcess(0);
  cordon.engine.proxyLog = log;
  const { id } = await cordon.service.create({
    name: 'demo',
    folder: 'file:///projects/demo',
    network: 'filtered',
    egress: { deny: ['bad.example.test'] },
  });
  const labels = async () => (await cordon.window.nextQuickPick()).labels;
  return { ...cordon, id, labels };
}

describe('Names That It May Reach…', () => {
  it('shows what was tried, denied names first, and allows a denied one by a click', async () => {
    const { window, service, id } = await given();
    let done = window.run('cordon.editEgress', id);
    const again = async () => {
      await done;
      done = window.run('cordon.editEgress', id);
      return await window.nextQuickPick();
    };
    let pick = await window.nextQuickPick();
    assert.deepEqual(pick.labels, [
      'Allow a Name…',
      'Deny a Name…',
      'Lists of Names…',
      'private.example.test:8443',
      'b.example.test',
      'a.example.test',
      'bad.example.test',
    ]);
    assert.match(pick.row('b.example.test').description ?? '', /^denied, 2 times, last /);
    assert.match(pick.row('private.example.test:8443').description ?? '', /private address/);
    pick.choose('b.example.test');
    (await window.nextQuickPick()).choose('Allow for This Workspace');
    pick = await again();
    assert.deepEqual(service.get(id)?.egress, { allow: ['b.example.test'], deny: ['bad.example.test'] });
    pick.choose('a.example.test');
    (await window.nextQuickPick()).choose('Always Deny for This Workspace');
    pick = await again();
    assert.deepEqual(service.get(id)?.egress?.deny, ['bad.example.test', 'a.example.test']);
    pick.choose('bad.example.test');
    (await window.nextQuickPick()).choose('Remove');
    await done;
    assert.deepEqual(service.get(id)?.egress, { allow: ['b.example.test'], deny: ['a.example.test'] });
  });

  it('shows which lists of names may be reached, and changes them for this workspace alone', async () => {
    const { window, service, id } = await given();
    const lists = async (ticked: readonly string[]) => {
      const done = window.run('cordon.editEgress', id);
      const pick = await window.nextQuickPick();
      const { description } = pick.row('Lists of Names…');
      pick.choose('Lists of Names…');
      const many = await window.nextQuickPick();
      const before = many.selectedItems.map(({ label }) => label);
      many.tick(...ticked);
      many.accept();
      await done;
      return { description, before, after: service.get(id)?.egress?.presets };
    };
    assert.deepEqual(await lists(['source', 'packages']), {
      description: 'none, as the settings say',
      before: [],
      after: ['source', 'packages'],
    });
    assert.deepEqual(await lists(['packages']), {
      description: 'source, packages',
      before: ['packages', 'source'],
      after: ['packages'],
    });
    assert.deepEqual((await lists([])).after, []);
    assert.equal((await lists([])).description, 'none');
    assert.deepEqual(service.get(id)?.egress?.deny, ['bad.example.test']);
  });

  it('takes a name that a person writes, and says what is wrong with one', async () => {
    const { window, service, id } = await given();
    let done = window.run('cordon.editEgress', id);
    (await window.nextQuickPick()).choose('Allow a Name…');
    (await window.nextInputBox()).answer('*.example.org:8443');
    await done;
    assert.deepEqual(service.get(id)?.egress?.allow, ['*.example.org:8443']);
    done = window.run('cordon.editEgress', id);
    (await window.nextQuickPick()).choose('Allow a Name…');
    (await window.nextInputBox()).answer('*.com');
    await done;
    assert.match((await window.nextMessage()).text, /"\*\.com" cannot be used/);
    assert.deepEqual(service.get(id)?.egress?.allow, ['*.example.org:8443']);
  });

  it('allows a name until the workspace stops, shows it so, and takes it back', async () => {
    const forNow = 'b.example.test, allowed until it stops';
    const { window, service, id } = await given();
    let done: Promise<unknown> = Promise.resolve();
    const again = async () => {
      await done;
      done = window.run('cordon.editEgress', id);
      return await window.nextQuickPick();
    };
    (await again()).choose('b.example.test');
    (await window.nextQuickPick()).choose('Allow Until It Stops');
    let pick = await again();
    assert.ok(pick.row(forNow));
    assert.deepEqual(service.get(id)?.egress?.allow, [], 'nothing is stored');
    pick.choose(forNow);
    (await window.nextQuickPick()).choose('Remove');
    pick = await again();
    assert.equal(pick.labels.filter((label) => label === 'b.example.test').length, 1);
    pick.choose('b.example.test');
    (await window.nextQuickPick()).choose('Allow Until It Stops');
    await done;
    await service.stop(id);
    pick = await again();
    assert.equal(pick.labels.filter((label) => label === 'b.example.test').length, 1);
    pick.choose('b.example.test');
    pick = await window.nextQuickPick();
    assert.deepEqual(pick.labels, ['Allow for This Workspace', 'Always Deny for This Workspace']);
    pick.dismiss();
    await done;
  });

  it('learns which names are needed, once the person said that everything may be reached, and proposes them', async () => {
    const { window, service, engine, id } = await given();
    const stdin = new PassThrough();
    const exitCode = once(stdin, 'finish').then(() => 0);
    const stdout = new PassThrough();
    engine.process = () => ({ ...finishedProcess(0), stdin, stdout, exitCode });
    stdin.once('data', () => stdout.write('cordon-while\n'));
    stdin.once('finish', () => stdout.end());
    let done = window.run('cordon.learnNames', id);
    (await window.nextMessage()).dismiss();
    await done;
    assert.equal(stdin.readableLength, 0, 'nothing without a yes');
    done = window.run('cordon.learnNames', id);
    const question = await window.nextMessage();
    assert.ok(question.isModal && question.detail.includes('30 minutes'));
    question.press('Learn');
    const progress = await window.progress.next(() => 'no progress');
    await until(() => stdout.listenerCount('data') > 0);
    const network = async () => {
      const tree = window.tree('cordon.workspaces');
      const [row] = await tree.rows();
      return (await tree.rows(row?.node)).find(({ label }) => label === 'Network')?.description ?? '';
    };
    assert.match(await network(), /^filtered · reaches every name for now/);
    const now = Date.now() / 1000 + 5;
    engine.proxyLog +=
      `\ncordon-try ${now.toFixed(3)} 10.0.0.2 4000 CONNECT new.example.org 443 200 3326 500 5 allowed` +
      `\ncordon-try ${now.toFixed(3)} 10.0.0.2 4001 CONNECT other.example.net 443 200 3326 500 5 allowed`;
    const { checkedAt } = await service.isolationReport(id);
    progress.cancel();
    const pick = await window.nextQuickPick();
    assert.deepEqual(pick.labels, ['new.example.org', 'other.example.net']);
    assert.equal(pick.selectedItems.length, 2, 'all are ticked at first');
    pick.tick('new.example.org');
    pick.accept();
    await done;
    const { egress, isolation } = service.get(id)!;
    assert.deepEqual(egress?.allow, ['new.example.org']);
    assert.ok(isolation && isolation.checkedAt > checkedAt, 'its grade is no more that of meanwhile');
    assert.doesNotMatch(await network(), /every name/);
  });

  it('says so where the network is another one', async () => {
    const { window, given: make } = cordonInWindow();
    const { id } = await make('demo');
    await window.run('cordon.editEgress', id);
    assert.match((await window.nextMessage()).text, /has the network "open".*"filtered"/);
  });
});
