import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testEngine } from '../support/engine.ts';
import { startSocketProxy, type SocketProxy } from '../support/socketProxy.ts';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';
import { eventually } from './support/eventually.ts';

describe('a window without a container engine', function () {
  this.timeout(120_000);
  let host: CordonHost;
  let window: CordonWindow;
  let folder: string;
  let socket: string;
  let proxy: SocketProxy;

  before(async () => {
    const engine = await testEngine();
    proxy = await startSocketProxy(engine.socketPath);
    await engine.dispose();
    folder = await mkdtemp(path.join(tmpdir(), 'cordon-no-engine-'));
    socket = path.join(folder, 'docker.sock');
    host = await startCordon({ settings: { 'cordon.engine.host': `unix://${socket}` } });
    window = host.window;
  });
  after(async () => {
    await host.close();
    await proxy.close();
    await rm(folder, { recursive: true });
  });

  it('says where it looked, what went wrong, and what can be done', async () => {
    const { page } = window;
    await window.tree.pane.getByText('No container engine can be reached').waitFor();
    await window.statusSays('no container engine');
    const places = page.locator('.pane', {
      has: page.locator('[aria-label^="Container Engines Looked For"]'),
    });
    await places.getByText(`unix://${socket}`).waitFor();
    await places.getByText('No engine listens there.').waitFor();
    await window.shot('no-engine');

    await window.tree.pane.getByRole('button', { name: 'Show Details' }).click();
    const details = await window.editorText('Container Engines');
    assert.match(details, new RegExp(`unix://${socket}\\s+\\(the setting\\)\\s+No engine listens there`));
    await window.shot('no-engine-details');
  });

  it('opens the guide', async () => {
    await window.tree.pane.getByText('Read the guide', { exact: true }).click();
    const guide = window.page.locator('.gettingStartedContainer');
    await guide.getByText('Get Started with Cordon').first().waitFor();
    await guide.getByText('Have a container engine').first().waitFor();
    await window.shot('guide');
  });

  it('answers a create with what is wrong and a way on, and keeps nothing of it', async () => {
    const { notifications, quickInput } = window;
    await quickInput.run('Cordon: Create Workspace');
    const error = notifications.item('No engine listens there.');
    await error.waitFor();
    await window.shot('create-without-engine');
    assert.deepEqual(await error.locator('.monaco-button').allInnerTexts(), [
      'Try Again',
      'Show Engines',
      'Show Log',
    ]);
    await window.tree.row(host.name).waitFor({ state: 'detached' });
    await notifications.clear();
    assert.equal(await isTicked('create'), false, 'what failed is no step done');
  });

  it('writes into the log once what went wrong', async () => {
    const failures = async () => (await host.readLog()).match(/^.*\[error\].*$/gm) ?? [];
    await eventually('the error in the log', async () => (await failures()).length > 0);
    const lines = await failures();
    for (const line of lines) assert.match(line, /create ".*": failed after .*\[engineUnavailable\]/);
    // a test that was tried again made another one
    const times = lines.map((line) => Date.parse(line.slice(0, 24)));
    for (const [index, time] of times.entries())
      assert.ok(index === 0 || time - (times[index - 1] ?? 0) > 50);
  });

  it('is right by itself or at once by Try Again when the engine is there', async () => {
    await symlink(proxy.socketPath, socket);
    const again = window.tree.pane.getByRole('button', { name: 'Try Again' });
    // it may have been found meanwhile
    await again.click({ timeout: 2000 }).catch(() => undefined);
    await window.statusSays('Not isolated');
    await window.tree.pane
      .locator('.welcome-view')
      .getByRole('button', { name: 'Create Workspace' })
      .waitFor();
    await eventually('no list of engines', async () => {
      const header = window.page.locator('.pane-header[aria-label^="Container Engines Looked For"]');
      return (await header.count()) === 0;
    });
  });

  it('shows that the engine is lost and found again', async () => {
    await window.quickInput.run('Cordon: Create Workspace');
    await window.tree.waitFor(host.name, 'running');
    await eventually('the tick at the step of the guide', () => isTicked('create'));
    proxy.cut();
    await window.statusSays('no container engine');
    await window.tree.pane.getByText('No container engine can be reached:').waitFor();
    await window.tree.waitFor(host.name, 'unknown');
    await window.shot('engine-lost');
    proxy.mend();
    await window.statusSays(`${host.name}: running`);
    await window.tree.waitFor(host.name, 'running');
    await window.quickInput.run('Cordon: Show Container Engines');
    await eventually('the engine that was found', async () =>
      /Connected to .* \(API 1\.\d+\)/.test(await window.editorText('Container Engines')),
    );
  });

  /** Whether the guide, which is open, has a tick at this step. */
  async function isTicked(step: string): Promise<boolean> {
    const box = window.page.locator(`[data-done-step-id$="#${step}"]`).first();
    return (await box.getAttribute('aria-checked')) === 'true';
  }
});
