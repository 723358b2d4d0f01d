import assert from 'node:assert/strict';
import { labels, proxyRole } from '../../../../src/isolation/labels.ts';
import { Emitter } from '../../../../src/shared/event.ts';
import { FakeEngine, finishedProcess } from '../../../support/fakeEngine.ts';
import { until } from '../../../support/until.ts';
import { folder, workspacesOnFake } from '../../../support/workspacesOnFake.ts';

/** What takes longer is no look at what has just changed. */
const soonMs = 150;

describe('who looks after the proxy of a workspace', () => {
  const { setTimeout: wait } = globalThis;
  const never = 2_147_483_647;

  afterEach(() => {
    globalThis.setTimeout = wait;
  });

  /** From now on nobody is waited for who waits for longer than that. */
  const letNobodyWait = () => {
    const waitAtMost = (run: () => void, ms = 0) => wait(run, ms > soonMs ? never : ms);
    globalThis.setTimeout = waitAtMost as typeof wait;
  };

  async function workspace(isOpenHere: boolean) {
    const engine = new FakeEngine();
    const changes = new Emitter<unknown>();
    const settings = { presets: [], allow: [], deny: [] as string[], proxyImage: 'proxy:local' };
    let handed = '';
    engine.process = () => {
      const process = finishedProcess(0);
      process.stdin.on('data', (chunk: Buffer) => (handed += chunk.toString()));
      return process;
    };
    const parts = workspacesOnFake({
      ...{ engine, egress: () => settings, onDidChangeEgress: changes.event },
      isOpenHere: () => isOpenHere,
    });
    const { id } = await parts.service.create({ name: 'demo', folder, network: 'filtered' });
    const proxy = () =>
      [...engine.containers.values()].find(({ spec }) => spec.labels[labels.role] === proxyRole)!;
    const told = async () => (await parts.service.securityLog(id)).map(({ cause }) => cause);
    return { ...parts, engine, id, proxy, told, settings, changes, handed: () => handed };
  }

  it('hands over what settings deny at once, also where the folder is open in no window', async () => {
    const { settings, changes, handed } = await workspace(false);
    letNobodyWait();
    settings.deny.push('example.org');
    changes.fire(undefined);
    await until(() => handed().includes('# deny example.org'));
  });

  it('leaves it to the window that has the folder open to bring back a proxy that ended', async () => {
    const { engine, proxy } = await workspace(false);
    letNobodyWait();
    await engine.killContainer(proxy().id);
    await new Promise((resolve) => wait(resolve, 500));
    assert.equal(proxy().state, 'exited');
  });

  it('tells of every time that it is cut off in one run of its proxy', async () => {
    const { engine, proxy, told } = await workspace(true);
    await engine.pauseContainer(proxy().id);
    await until(() => proxy().state === 'running');
    await engine.killContainer(proxy().id);
    await until(() => proxy().state === 'running');
    assert.deepEqual(await told(), ['cutOff', 'cutOff']);
  });

  it('tells of a proxy that ran out of memory, once for what comes at once, and hands it its rules', async () => {
    const { engine, id, proxy, told, handed } = await workspace(true);
    for (const timeMs of [1_700_000_000_000, 1_700_000_000_100])
      engine.emit({ workspaceId: id, containerId: proxy().id, action: 'oom', timeMs });
    await until(() => handed() !== '');
    assert.deepEqual(await told(), ['cutOff']);
  });
});
