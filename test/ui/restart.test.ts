import assert from 'node:assert/strict';
import { testEngine } from '../support/engine.ts';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';
import { eventually } from './support/eventually.ts';
import { startGatedEngine, type GatedEngine } from './support/gatedEngine.ts';

describe('a window that starts anew', function () {
  this.timeout(120_000);
  let host: CordonHost;
  let window: CordonWindow;
  let gate: GatedEngine;

  before(async () => {
    const engine = await testEngine();
    gate = await startGatedEngine(engine.socketPath);
    await engine.dispose();
    host = await startCordon({ settings: { 'cordon.engine.host': `unix://${gate.socketPath}` } });
    window = host.window;
  });
  after(async () => {
    await host.close(`${host.name} 2`);
    await gate.close();
  });

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

  it('leaves nothing of a create in whose middle the extension host was killed', async () => {
    const name = `${host.name} 2`;
    gate.hold(/^POST \S*\/containers\/\w+\/start/);
    await window.quickInput.run('Cordon: Create Workspace');
    await gate.held;
    await window.tree.waitFor(name, 'creating');
    assert.deepEqual((await host.left(name)).map(({ kind }) => kind).sort(), ['container', 'network']);
    process.kill(extensionHostId(), 'SIGKILL');
    gate.letThrough();
    await eventually('the end of the extension host', () =>
      /exited with code: \S+, signal: SIGKILL/.test(log()),
    );
    await window.reload();
    await eventually('nothing left in the engine', async () => (await host.left(name)).length === 0);
    await window.tree.waitFor(host.name, 'stopped');
    await window.tree.row(name).waitFor({ state: 'detached' });
    await window.shot('after-kill');
    // the name is free again
    await window.quickInput.run('Cordon: Create Workspace');
    await window.tree.waitFor(name, 'running');
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

  const log = () => host.code.serverLog.join('');

  function extensionHostId(): number {
    const launched = [...log().matchAll(/<(\d+)> Launched Extension Host Process/g)];
    return Number(launched.at(-1)?.[1]);
  }
});
