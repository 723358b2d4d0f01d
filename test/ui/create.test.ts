import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CordonWindow } from './support/cordonWindow.ts';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import { eventually } from './support/eventually.ts';

describe('creating a workspace in a window', function () {
  this.timeout(120_000);
  let host: CordonHost;
  let window: CordonWindow;
  const own: string[] = [];

  before(async () => {
    host = await startCordon({ settings: { 'cordon.network': '' } });
    window = host.window;
  });
  after(() => host.close(...own));
  beforeEach(() => window.notifications.clear());

  it('offers to open a folder in a window without one', async () => {
    const other = new CordonWindow(await host.code.openWindow({ folder: undefined }));
    await other.ready();
    await other.tree.pane.getByRole('button', { name: 'Open Folder' }).waitFor();
    await other.shot('no-folder');
    assert.equal(await other.tree.pane.getByRole('button', { name: 'Create Workspace' }).count(), 0);
    await other.page.close();
  });

  it('has one button in an empty view', async () => {
    const { pane } = window.tree;
    await pane.getByRole('button', { name: 'Create Workspace' }).last().waitFor();
    assert.equal(await pane.locator('.welcome-view .monaco-button').count(), 1);
    await window.statusSays('Not isolated');
    await window.shot('empty-view');
  });

  it('creates with defaults by one click, and shows steps, row and status', async () => {
    await window.tree.pane.locator('.welcome-view .monaco-button').click();
    const row = await window.tree.waitFor(host.name, 'running');
    assert.match(await row.innerText(), /standard · cordon-test\/tiny:local/);
    assert.match(
      (await row.getAttribute('aria-label')) ?? '',
      /running, isolation [AB], profile standard, image cordon-test/,
    );
    await window.statusSays(`${host.name}: running · standard`);
    await window.notifications.told(new RegExp(`Creating ${host.name}: \\w`));
    await window.notifications.told(/is ready, with the network "isolated".*the proxy that "filtered" needs/);
    await window.shot('created-without-proxy');
    await row.locator('.monaco-tl-twistie').click();
    await window.tree.row('Limits').waitFor();
    await window.shot('created');
    assert.deepEqual((await host.left()).map(({ kind }) => kind).sort(), ['container', 'network', 'network']);
  });

  it('creates with options, by keyboard only', async () => {
    const { quickInput } = window;
    const name = `${host.name} of mine`;
    own.push(name);
    await quickInput.run('Cordon: Create Workspace with Options…');
    await quickInput.asks('Create Workspace (1/6)');
    assert.equal(await quickInput.value(), `${host.name} 2`, 'a name that is free');
    await quickInput.type('a/b');
    await quickInput.says('must not contain "/"');
    await window.shot('name-refused');
    await quickInput.accept();
    await quickInput.asks('Create Workspace (1/6)');
    await quickInput.type(name);
    await quickInput.accept();
    await quickInput.asks('Create Workspace (2/6)');
    const image = await eventually('the local images', async () =>
      (await quickInput.rows()).find((row) => row.startsWith('cordon-test/tiny:local')),
    );
    assert.match(image, /\d+(\.\d)? MB · .*(ago|now|yesterday)/);
    await window.shot('images');
    await quickInput.choose('cordon-test/tiny:local');
    await quickInput.asks('Create Workspace (3/6)');
    await window.shot('profiles');
    await quickInput.choose('strict');
    await quickInput.asks('Create Workspace (4/6)');
    await window.shot('networks');
    await quickInput.choose('none');
    await quickInput.asks('Create Workspace (5/6)');
    assert.ok((await quickInput.rows()).some((each) => each.startsWith('review')));
    await quickInput.accept();
    await quickInput.asks('Create Workspace (6/6)');
    await quickInput.choose('Set other limits…');
    for (const [prompt, value] of [
      ['Processor cores', '0.5'],
      ['Memory in MiB', '128'],
      ['Processes and threads', '64'],
      ['temporary folder', '16'],
    ] as const) {
      await quickInput.says(prompt);
      await quickInput.type(value);
      await quickInput.accept();
    }
    const row = await window.tree.waitFor(name, 'running');
    assert.match(await row.innerText(), /strict/);
    await row.locator('.monaco-tl-twistie').click();
    await window.tree.row('0.5 CPU · 128 MiB memory · 64 processes · 16 MiB').waitFor();
    await window.shot('created-with-options');
    const facts = await host.engine.engine.inspectContainer((await host.containerId(name)) ?? '');
    assert.equal(facts?.running, true);
  });

  it('leaves nothing when a pull is cancelled', async () => {
    const { quickInput, notifications } = window;
    const registry = await stallingRegistry();
    const name = `${host.name} pulled`;
    own.push(name);
    try {
      await quickInput.run('Cordon: Create Workspace with Options…');
      await quickInput.asks('Create Workspace (1/6)');
      await quickInput.type(name);
      await quickInput.accept();
      await quickInput.asks('Create Workspace (2/6)');
      const image = `127.0.0.1:${(registry.address() as AddressInfo).port}/x/y:latest`;
      await quickInput.type(image);
      // what was typed becomes a choice a moment later
      await quickInput.box.locator('.monaco-list-row', { hasText: image }).first().waitFor();
      await quickInput.accept();
      for (const step of [3, 4, 5, 6]) {
        await quickInput.asks(`Create Workspace (${step}/6)`);
        if (step === 4) await quickInput.choose('none');
        else await quickInput.accept();
      }
      await window.tree.waitFor(name, 'creating');
      await notifications.item(`Creating ${name}: Pulling`).waitFor();
      await window.shot('pulling');
      await notifications.press(`Creating ${name}`, 'Cancel');
      await window.tree.row(name).waitFor({ state: 'detached' });
      await notifications.item(`Creating ${name}`).waitFor({ state: 'detached' });
      assert.deepEqual(await host.left(name), []);
      assert.equal(await window.page.locator('.notification-list-item').count(), 0, 'cancelling is silent');
    } finally {
      registry.closeAllConnections();
      registry.close();
    }
  });
});

/** Says hello and then nothing more. */
async function stallingRegistry(): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === '/v2/') response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
