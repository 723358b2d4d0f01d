import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';

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
      await window.notifications.told(/could not be read. They were set aside and are not lost/);
      await window.tree.waitFor(host.name, 'stopped');
      await window.reload();
      await window.tree.waitFor(host.name, 'stopped');
    });
});
