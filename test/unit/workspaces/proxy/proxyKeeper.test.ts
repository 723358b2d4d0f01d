import assert from 'node:assert/strict';
import { buildOutwardNetworkSpec } from '../../../../src/isolation/egress/proxySpec.ts';
import { labels, proxyRole } from '../../../../src/isolation/labels.ts';
import { Emitter } from '../../../../src/shared/event.ts';
import { FakeEngine, finishedProcess } from '../../../support/fakeEngine.ts';
import { until } from '../../../support/until.ts';
import { folder, workspacesOnFake } from '../../../support/workspacesOnFake.ts';

const names = (count: number, name: string) =>
  Array.from({ length: count }, (_, index) => `${name}${index}.example.org`);

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
    const findProxy = () =>
      [...engine.containers.values()].find(({ spec }) => spec.labels[labels.role] === proxyRole);
    const proxy = () => findProxy()!;
    const told = async () => (await parts.service.securityLog(id)).map(({ cause }) => cause);
    return { ...parts, engine, id, findProxy, proxy, told, settings, changes, handed: () => handed };
  }

  it('hands over what settings deny at once, also where the folder is open in no window', async () => {
    const { settings, changes, handed } = await workspace(false);
    letNobodyWait();
    settings.deny.push('example.org');
    changes.fire(undefined);
    await until(() => handed().includes('# deny example.org'));
  });

  it('hands over what settings deny at once, also where its proxy ended again and again', async () => {
    const { settings, changes, handed, engine, proxy } = await workspace(true);
    for (let times = 0; times < 4; times++) {
      await engine.killContainer(proxy().id);
      await until(() => proxy().state === 'running');
    }
    letNobodyWait();
    settings.deny.push('example.org');
    changes.fire(undefined);
    await until(() => handed().includes('# deny example.org'));
  });

  it('tries other rules at once, also where those from before were tried in vain again and again', async () => {
    const { settings, changes, handed, engine } = await workspace(true);
    let tries = 0;
    engine.before = (step) => {
      if (step === 'startProcess') tries++;
      if (step === 'startProcess' || step === 'removeContainer') throw new Error('it is busy');
    };
    settings.deny.push('example.org');
    changes.fire(undefined);
    await until(() => tries >= 3);
    engine.before = () => undefined;
    letNobodyWait();
    settings.deny.push('example.com');
    changes.fire(undefined);
    await until(() => handed().includes('# deny example.com'));
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

  it('tells once that a proxy cannot be brought back without its image, and brings it back with that', async () => {
    const { engine, findProxy, proxy, told, service, id } = await workspace(true);
    const { id: first } = proxy();
    engine.images.delete('proxy:local');
    await engine.removeContainer(first);
    await until(() => engine.calls.filter((step) => step === 'pullImage').length >= 3);
    assert.deepEqual(await told(), ['cutOff', 'cutOff']);
    const messages = (await service.securityLog(id)).map(({ message }) => message);
    assert.ok(
      messages.some((message) => /cannot be brought back.*proxy:local.*cordon\.proxyImage/.test(message)),
    );
    engine.images.set('proxy:local', []);
    await until(() => findProxy()?.state === 'running');
  });

  it('removes a way out that was left beside a workspace that is not filtered', async () => {
    const { service, engine, reconcile } = workspacesOnFake();
    const { id, name } = await service.create({ name: 'demo', folder, network: 'isolated' });
    await engine.createNetwork(buildOutwardNetworkSpec({ id, name }));
    await reconcile();
    await until(() => engine.networks.size === 1);
  });

  it('tries more and more seldom what fails again and again, whatever it is', async () => {
    const { service, engine, reconcile } = workspacesOnFake();
    const { id, name } = await service.create({ name: 'demo', folder, network: 'isolated' });
    await engine.createNetwork(buildOutwardNetworkSpec({ id, name }));
    let tries = 0;
    engine.before = (step) => {
      if (step !== 'removeNetwork') return;
      tries++;
      throw new Error('it is in use');
    };
    await reconcile();
    await until(() => tries >= 3);
    await new Promise((resolve) => wait(resolve, 800));
    assert.equal(tries, 3);
    engine.before = () => undefined;
    await until(() => engine.networks.size === 1);
  });

  it('tells once of rules of settings that cannot be used together with those of the workspace', async () => {
    const { settings, changes, service, id, handed, told } = await workspace(true);
    await service.update(id, { egress: { deny: names(100, 'own') } });
    await until(() => handed().includes('own99.example.org'));
    settings.deny.push(...names(450, 'all'));
    for (let times = 0; times < 2; times++) {
      changes.fire(undefined);
      await new Promise((resolve) => wait(resolve, 2 * soonMs));
    }
    assert.deepEqual(await told(), ['cutOff']);
    const [{ message } = { message: '' }] = await service.securityLog(id);
    assert.match(message, /keeps to those from before.*at most 500 rules.*these are 550/);
    settings.deny.length = 1;
    changes.fire(undefined);
    await until(() => handed().includes('# deny all0.example.org'));
  });

  it('does not store rules that cannot be used together with those of the settings', async () => {
    const { settings, service, id } = await workspace(true);
    settings.deny.push(...names(450, 'all'));
    await assert.rejects(service.update(id, { egress: { deny: names(100, 'own') } }), {
      code: 'invalidRequest',
      message: /at most 500 rules/,
    });
    assert.equal(service.get(id)?.egress, undefined);
    const other = { name: 'other', folder, egress: { deny: names(100, 'own') }, start: false };
    await assert.rejects(service.create(other), { code: 'invalidRequest' });
    assert.equal(service.list().length, 1);
  });

  it('tells of a proxy that ran out of memory, once for what comes at once, and hands it its rules', async () => {
    const { engine, id, proxy, told, handed } = await workspace(true);
    for (const timeMs of [1_700_000_000_000, 1_700_000_000_100])
      engine.emit({ workspaceId: id, containerId: proxy().id, action: 'oom', timeMs });
    await until(() => handed() !== '');
    assert.deepEqual(await told(), ['cutOff']);
  });
});
