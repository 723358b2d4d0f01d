import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';
import { eventually } from './support/eventually.ts';

describe('a window that starts anew', function () {
  this.timeout(120_000);
  let host: CordonHost;
  let window: CordonWindow;

  before(async () => {
    host = await startCordon();
    window = host.window;
  });
  after(() => host.close());

  it('has its workspace, in the state that the engine tells', async () => {
    await window.quickInput.run('Cordon: Create Workspace');
    await window.tree.waitFor(host.name, 'running');
    await window.reload();
    await window.tree.waitFor(host.name, 'running');
    await window.tree.press(host.name, 'Stop Workspace');
    await window.tree.waitFor(host.name, 'stopped');
    await window.reload();
    await window.tree.waitFor(host.name, 'stopped');
    await window.statusSays(`${host.name}: stopped`);
  });

  for (const [title, damage] of [
    ['truncated', (text: string) => JSON.stringify({ 'cordon.workspaces': text.slice(0, 40) })],
    ['of a future version', (text: string) => text.replace('"schema":1', '"schema":99')],
    ['of wrong types', (text: string) => text.replaceAll('"image":"', '"image":1,"was":"')],
  ] as const)
    it(`sets aside a stored state that is ${title}, says so, and takes workspaces back from their containers`, async () => {
      await window.tree.waitFor(host.name, 'stopped');
      await window.tamperWithState(damage);
      await window.notifications.told(
        /could not be read: 1\. What was stored was set aside, and is not lost/,
      );
      await window.tree.waitFor(host.name, 'stopped');
      await eventually('the mended state', async () => {
        const mended = JSON.parse(await window.storedState()) as Partial<StoredState>;
        return mended['cordon.workspaces']?.workspaces.length === 1;
      });
    });

  it('sets aside the entries that cannot be read, keeps all others, and trusts none of them', async () => {
    const { good, damaged } = entries();
    await window.tamperWithState((text) => {
      const state = JSON.parse(text) as StoredState;
      const [own] = state['cordon.workspaces'].workspaces;
      assert.ok(own);
      const filled = [...good, ...damaged].map((entry) =>
        typeof entry === 'object' && entry !== null && !Array.isArray(entry) ? { ...own, ...entry } : entry,
      );
      state['cordon.workspaces'].workspaces.push(...(filled as object[]));
      return JSON.stringify(state);
    });
    await window.notifications.told(
      new RegExp(
        `^Stored workspaces that could not be read: ${damaged.length}. What was stored was set aside, and is not lost`,
      ),
    );
    await window.tree.waitFor(host.name, 'stopped');
    for (const { name } of good.slice(1)) await window.tree.waitFor(name ?? '', 'no container');
    // a second one of the same name is as good as the first
    assert.equal(await window.tree.row(host.name).count(), 2);
    assert.equal(await window.tree.pane.getByRole('treeitem').count(), 1 + good.length);
    await window.shot('damaged-entries');

    for (const [name, refusal] of [
      ['system folder', 'The folder "/etc" cannot be opened in a workspace.'],
      ['up and away', 'The folder "/root/.ssh" cannot be opened in a workspace.'],
      ['nowhere', 'The folder "/no such folder" does not exist.'],
    ] as const) {
      await window.notifications.clear();
      await window.tree.press(name, 'Start Workspace');
      await window.notifications.item(refusal).waitFor();
      assert.deepEqual(await host.left(name), []);
    }
    const state = JSON.parse(await window.storedState()) as StoredState;
    const kept = state['cordon.quarantine'].slice(-damaged.length);
    assert.deepEqual(
      kept.map(({ value }) => JSON.stringify(value).length > 0),
      damaged.map(() => true),
    );
    assert.equal(state['cordon.workspaces'].workspaces.length, 1 + good.length);
  });

  /** What differs from the stored workspace: entries that can be read, and some that cannot. */
  function entries() {
    const id = () => randomBytes(16).toString('hex');
    const good = [
      { id: id() },
      { id: id(), name: 'system folder', folder: 'file:///etc' },
      { id: id(), name: 'up and away', folder: 'file:///tmp/%2e%2e/root/.ssh' },
      { id: id(), name: 'nowhere', folder: 'file:///no%20such%20folder' },
    ];
    const damaged: unknown[] = [
      { id: id(), profile: 'No profile' },
      { id: '../../etc' },
      { name: 'with the id of another' },
      { id: id(), name: 'x'.repeat(1_000_000) },
      { id: id(), env: { HUGE: 'x'.repeat(1_000_000) } },
      { id: id(), folder: 'javascript:alert(1)' },
      { id: id(), folder: 'vscode-remote://ssh-remote+evil/etc' },
      { id: id(), folder: 'file:///%00/etc' },
      { id: id(), folder: 'file:////etc' },
      { id: id(), folder: 'file:///%2Fetc' },
      { id: id(), limits: { cpus: 1e9, memoryMiB: -1, pids: 0, tmpMiB: 1 } },
      { id: id(), privileged: true },
      { id: id(), intent: { operation: 'format', owner: 1, startedAt: 'now' } },
      null,
      7,
      'text',
      [],
    ];
    return { good, damaged };
  }
});

interface StoredState {
  readonly 'cordon.workspaces': { readonly workspaces: object[] };
  readonly 'cordon.quarantine': { readonly value: unknown }[];
}
