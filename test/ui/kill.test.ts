import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { testEngine } from '../support/engine.ts';
import { startSocketProxy, type SocketProxy } from '../support/socketProxy.ts';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';
import { eventually } from './support/eventually.ts';

/**
 * A call to the engine, whether it got there when the extension host was killed, and what the engine had then, once the
 * calls beside it were answered.
 */
type Moment = readonly [call: RegExp, reached: 'request' | 'answer', there: readonly string[]];

const networks = ['network', 'network'];
const all = ['container', ...networks];
const ofCreate: readonly Moment[] = [
  [/^GET \S*\/images\/\S+\/json/, 'request', []],
  [/^POST \S*\/networks\/create/, 'request', []],
  [/^POST \S*\/networks\/create/, 'answer', ['network']],
  [/^POST \S*\/containers\/create/, 'answer', all],
  [/^POST \S*\/containers\/\w+\/start/, 'request', all],
  [/^POST \S*\/containers\/\w+\/start/, 'answer', all],
  [/^POST \S*\/containers\/\w+\/attach/, 'answer', all],
];
const ofRemove: readonly Moment[] = [
  [/^GET \S*\/containers\/json/, 'request', all],
  [/^DELETE \S*\/containers\//, 'answer', networks],
  [/^DELETE \S*\/networks\//, 'request', ['network']],
  [/^DELETE \S*\/networks\//, 'answer', []],
  [/^GET \S*\/volumes/, 'answer', []],
];

describe('an extension host that is killed', function () {
  this.timeout(120_000);
  let host: CordonHost;
  let window: CordonWindow;
  let engine: SocketProxy;
  /** Another workspace stands by. */
  let victim: string;

  before(async () => {
    const real = await testEngine();
    engine = await startSocketProxy(real.socketPath);
    await real.dispose();
    host = await startCordon({
      isInstalled: true,
      settings: { 'cordon.engine.host': `unix://${engine.socketPath}` },
    });
    window = host.window;
    victim = `${host.name} 2`;
    await window.quickInput.run('Cordon: Create Workspace');
    await window.tree.waitFor(host.name, 'running');
  });
  after(async () => {
    await host.close(victim);
    await engine.close();
  });
  beforeEach(() => window.notifications.clear());

  for (const moment of ofCreate)
    it(`leaves nothing of a create: ${nameOf(moment)}`, async () => {
      await killAt(moment, () => window.quickInput.run('Cordon: Create Workspace'));
    });

  for (const moment of ofRemove)
    it(`leaves nothing of a delete: ${nameOf(moment)}`, async () => {
      await window.quickInput.run('Cordon: Create Workspace');
      await window.tree.waitFor(victim, 'running');
      await killAt(moment, async () => {
        await window.tree.select(victim);
        await window.page.keyboard.press('Delete');
        await window.answerDialog('Delete');
      });
    });

  it('leaves the records of what is there, and no other', async () => {
    await window.reload();
    await window.tree.waitFor(host.name, 'running');
    assert.equal(await window.tree.row(victim).count(), 0);
    const stored = JSON.parse(await window.storedState()) as {
      'cordon.workspaces': { workspaces: object[] };
    };
    const records = stored['cordon.workspaces'].workspaces as {
      name: string;
      status: string;
      intent?: unknown;
    }[];
    assert.deepEqual(
      records.map(({ name, status, intent }) => [name, status, intent]),
      [[host.name, 'active', undefined]],
    );
  });

  async function killAt([call, reached, there]: Moment, act: () => Promise<void>): Promise<void> {
    const held = engine.holdNext(call, reached);
    await act();
    await held;
    await eventually(`${there.join(', ') || 'nothing'} in the engine`, async () => {
      const kinds = (await host.left(victim)).map(({ kind }) => kind);
      return isDeepStrictEqual(kinds.sort(), there);
    });
    await host.killExtensionHost();
    await window.statusSays(`${host.name}: running`);
    await window.tree.waitFor(host.name, 'running');
    await window.tree.row(victim).waitFor({ state: 'detached' });
    await eventually('nothing left in the engine', async () => (await host.left(victim)).length === 0);
  }
});

function nameOf([call, reached]: Moment): string {
  const words = call.source.replaceAll(/\\S[*+]|\\w\+|[\\^]/g, '');
  return reached === 'request' ? `before ${words}` : `after ${words}`;
}
