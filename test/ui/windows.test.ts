import assert from 'node:assert/strict';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import { CordonWindow } from './support/cordonWindow.ts';
import { eventually } from './support/eventually.ts';

describe('two windows on one engine', function () {
  this.timeout(120_000);
  let host: CordonHost;
  let one: CordonWindow;
  let other: CordonWindow;

  before(async () => {
    host = await startCordon();
    one = host.window;
    await one.quickInput.run('Cordon: Create Workspace');
    await one.tree.waitFor(host.name, 'running');
    other = new CordonWindow(await host.code.openWindow());
    await other.readyAgain();
  });
  after(() => host.close());

  it('show the same state', async () => {
    await other.tree.waitFor(host.name, 'running');
    await other.tree.press(host.name, 'Stop Workspace');
    await one.tree.waitFor(host.name, 'stopped');
    await other.tree.waitFor(host.name, 'stopped');
  });

  it('show what no engine tells of', async () => {
    await one.quickInput.run('Cordon: Archive Workspace…');
    await one.quickInput.choose(host.name);
    await one.answerDialog('Archive');
    await one.tree.waitFor(host.name, 'archived');
    await other.tree.waitFor(host.name, 'archived');
    await other.quickInput.run('Cordon: Restore Workspace');
    await other.quickInput.choose(host.name);
    await one.tree.waitFor(host.name, 'no container');
  });

  it('end in one state when both work on the same workspace', async () => {
    await one.tree.press(host.name, 'Start Workspace');
    await one.tree.waitFor(host.name, 'running');
    await other.tree.waitFor(host.name, 'running');
    await Promise.all([
      one.tree.press(host.name, 'Stop Workspace'),
      other.quickInput.run('Cordon: Restart Workspace').then(() => other.quickInput.choose(host.name)),
    ]);
    await eventually('one state', async () => {
      const states = await Promise.all([one, other].map((window) => stateOf(window, host.name)));
      const id = await host.containerId();
      const facts = id === undefined ? undefined : await host.engine.engine.inspectContainer(id);
      const real = facts?.running ? 'running' : 'stopped';
      if (!states.every((state) => state.includes(real))) return undefined;
      // an operation that has not ended yet may change it once more
      const stored = JSON.parse(await one.storedState()) as StoredState;
      return stored['cordon.workspaces'].workspaces.every(({ intent }) => !intent) ? true : undefined;
    });
  });

  it('forget in both what one deletes', async () => {
    await other.tree.select(host.name);
    await other.page.keyboard.press('Delete');
    await other.answerDialog('Delete');
    await one.tree.row(host.name).waitFor({ state: 'detached' });
    await other.tree.row(host.name).waitFor({ state: 'detached' });
    assert.deepEqual(await host.left(), []);
  });

  async function stateOf(window: CordonWindow, name: string): Promise<string> {
    return (await window.tree.row(name).first().getAttribute('aria-label')) ?? '';
  }
});

interface StoredState {
  readonly 'cordon.workspaces': { readonly workspaces: readonly { readonly intent?: unknown }[] };
}
