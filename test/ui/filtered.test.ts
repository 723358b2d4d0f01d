import assert from 'node:assert/strict';
import { ensureImages, squidImage } from '../host/images.mjs';
import { startPrivateEngine, type PrivateEngine } from '../host/privateEngine.mjs';
import { tinyImage } from '../support/engine.ts';
import {
  internetAddresses,
  internetNameServer,
  startTestInternet,
  type TestInternet,
} from '../support/internet/testInternet.ts';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';
import { DetailsPage } from './support/detailsPage.ts';

const [address, otherAddress] = internetAddresses;

describe('a workspace with a filtered network in a window', function () {
  this.timeout(180_000);
  let engine: PrivateEngine;
  let internet: TestInternet;
  let host: CordonHost;
  let window: CordonWindow;

  before(async () => {
    engine = await startPrivateEngine({ nameServer: internetNameServer });
    internet = await startTestInternet(engine);
    await internet.know({
      'allowed.example.test': { answers: [[address]] },
      'wanted.example.test': { answers: [[otherAddress]] },
      'once.example.test': { answers: [[otherAddress]] },
      'later.example.test': { answers: [[otherAddress]] },
    });
    await ensureImages({ socketPath: engine.socketPath, wanted: [tinyImage, squidImage] });
    host = await startCordon({
      settings: {
        'cordon.engine.host': `unix://${engine.socketPath}`,
        'cordon.network': 'filtered',
        'cordon.proxyImage': squidImage,
        'cordon.egress.presets': [],
        'cordon.egress.allow': ['allowed.example.test'],
      },
    });
    window = host.window;
    await window.quickInput.run('Cordon: Create Workspace');
    await window.tree.waitFor(host.name, 'running');
    await window.tree.press(host.name, 'Open Terminal');
    await window.terminal.shows(/[$#] ?$/);
  });
  after(async () => {
    await host.close();
    await internet.dispose();
    await engine.stop();
  });

  /** Asks for a page as a program inside does, and tells what the terminal says of it. */
  const ask = async (name: string, mark: string) => {
    await window.terminal.type(
      `wget -qO /dev/null http://${name}/ && echo "${mark}"-yes || echo "${mark}"-no`,
    );
    return (await window.terminal.shows(new RegExp(`^${mark}-(yes|no)$`))).endsWith('yes');
  };

  it('shows a name that was denied where it happens, and tells of it once', async () => {
    assert.equal(await ask('allowed.example.test', 'first'), true);
    assert.equal(await ask('wanted.example.test', 'second'), false);
    await window.notifications.told(/no rule allows it to reach wanted\.example\.test/);
    const row = await window.tree.waitFor(host.name, 'running');
    await row.locator('.monaco-tl-twistie').click();
    const network = window.tree.row(/^Network/);
    await network.filter({ hasText: 'filtered · 1 allowed · 1 denied' }).waitFor();
    await network.locator('.monaco-tl-twistie').click();
    await window.tree.row(/wanted\.example\.test.*denied/).waitFor();
    await window.shot('filtered-denied');
    await window.notifications.clear();
  });

  it('lets the next try through once it is allowed by a click', async () => {
    await window.tree.press('wanted.example.test', 'Allow for This Workspace');
    assert.equal(await ask('wanted.example.test', 'third'), true);
    await window.tree.row(/wanted\.example\.test.*allowed/).waitFor();
    await window.tree.row(/^Network.*filtered · 2 allowed/).waitFor();
    assert.deepEqual(
      (await internet.received()).map(({ headers }) => headers['host']),
      ['allowed.example.test', 'wanted.example.test'],
    );
    await window.shot('filtered-allowed');
  });

  it('allows a name until the workspace stops, by keyboard alone', async () => {
    assert.equal(await ask('once.example.test', 'fourth'), false);
    await window.quickInput.run('Cordon: Names That It May Reach…');
    await window.quickInput.choose(host.name);
    await window.quickInput.choose('once.example.test');
    await window.shot('filtered-decide');
    await window.quickInput.choose('Allow Until It Stops');
    assert.equal(await ask('once.example.test', 'fifth'), true);
  });

  it('stands in the details, among the names and in the timeline', async () => {
    await window.quickInput.run('Cordon: Show Details');
    await window.quickInput.choose(host.name);
    const details = new DetailsPage(window.page);
    await details.rows('Timeline').filter({ hasText: 'GET wanted.example.test: denied' }).first().waitFor();
    await window.shot('filtered-timeline');
    const names = details.rows('Names it tried to reach');
    await names.filter({ hasText: /once\.example\.test.*allowed/ }).waitFor();
    await details.section('Names it tried to reach').scrollIntoViewIfNeeded();
    assert.equal(await details.overflow(), 0);
    await window.shot('filtered-details');
    const edit = details
      .section('Names it tried to reach')
      .getByRole('button', { name: 'Names That It May Reach…' });
    await edit.focus();
    await window.page.keyboard.press('Enter');
    await window.quickInput.choose('wanted.example.test');
    await window.page.keyboard.press('Escape');
  });

  it('lets the next try through once it is allowed in the details, by keyboard alone', async () => {
    const names = new DetailsPage(window.page).rows('Names it tried to reach');
    assert.equal(await ask('later.example.test', 'sixth'), false);
    const row = names.filter({ hasText: /later\.example\.test.*denied/ });
    const allow = row.getByRole('button', { name: 'Allow later.example.test', exact: true });
    await allow.focus();
    await window.shot('filtered-details-decide');
    await window.page.keyboard.press('Enter');
    for (let tries = 0; !(await ask('later.example.test', `seventh${tries}`)); tries++)
      assert.ok(tries < 10, 'the rule is not in force');
    const allowed = names.filter({ hasText: /later\.example\.test.*allowed/ });
    await allowed.getByRole('button', { name: 'Always deny later.example.test' }).waitFor();
  });

  it('is cut off and let out again by an edit, by keyboard alone, while its terminal runs on', async () => {
    const edit = async (network: string) => {
      await window.quickInput.run('Cordon: Edit Workspace…');
      await window.quickInput.choose(host.name);
      await window.quickInput.choose('Network');
      await window.quickInput.choose(network);
      await window.tree.row(new RegExp(`^Network.*${network}`)).waitFor();
    };
    await edit('isolated');
    assert.equal(await ask('allowed.example.test', 'cut'), false);
    await edit('filtered');
    assert.equal(await ask('allowed.example.test', 'again'), true);
    await window.quickInput.run('Cordon: Names That It May Reach…');
    await window.quickInput.choose(host.name);
    await window.quickInput.choose('Lists of Names…');
    await window.quickInput.asks(/Lists of names/);
    await window.shot('filtered-lists');
    await window.quickInput.dismiss();
  });
});
