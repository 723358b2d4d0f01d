import assert from 'node:assert/strict';
import { labels, proxyRole } from '../../../../src/isolation/labels.ts';
import { containerIdOf } from '../../../../src/workspaces/containerState.ts';
import type { ProcessRequest } from '../../../../src/workspaces/engineProcesses.ts';
import type { FakeEngine } from '../../../support/fakeEngine.ts';
import { finishedProcess } from '../../../support/fakeEngine.ts';
import { probeText } from '../../../support/probeText.ts';
import { until } from '../../../support/until.ts';
import { codeOf, folder, workspacesOnFake } from '../../../support/workspacesOnFake.ts';

const request = { name: 'demo', folder };

function proxiesOf(engine: FakeEngine) {
  return [...engine.containers.values()].filter(({ spec }) => spec.labels[labels.role] === proxyRole);
}

async function workspace(network: 'open' | 'filtered' | 'isolated') {
  const parts = workspacesOnFake();
  const { id } = await parts.service.create({ ...request, network });
  const now = () => {
    const { container, network: kept, name } = parts.service.get(id)!;
    return { container, network: kept, name };
  };
  const proxies = () => proxiesOf(parts.engine).map(({ state }) => state);
  return { ...parts, id, now, proxies, before: now() };
}

describe('a workspace that gets another network', () => {
  it('keeps its container from "isolated" to "filtered" and back, and only then', async () => {
    const { service, id, now, proxies, before, engine } = await workspace('isolated');
    assert.equal(service.needsNewContainer(id, { network: 'filtered' }), false);
    await service.update(id, { network: 'filtered', egress: { allow: ['example.org'] } });
    assert.deepEqual([now(), proxies()], [{ ...before, network: 'filtered' }, ['running']]);
    assert.equal(service.needsNewContainer(id, { network: 'isolated' }), false);
    await service.update(id, { network: 'isolated' });
    assert.deepEqual([now(), proxies()], [before, []]);
    assert.equal(engine.networks.size, 1, 'the network that leads out is gone');
    for (const network of ['open', 'none'] as const)
      assert.equal(service.needsNewContainer(id, { network }), true);
    assert.equal(service.needsNewContainer(id, { network: 'filtered', image: 'other:local' }), true);
  });

  it('tells what it starts of the proxy that there is then, unless the person says otherwise', async () => {
    const { service, id, engine } = await workspace('isolated');
    const requests: ProcessRequest[] = [];
    engine.process = (started) => {
      requests.push(started);
      return finishedProcess(0, '', '');
    };
    const variables = async (env?: Record<string, string>) => {
      await service.exec(id, ['true'], env ? { env } : {});
      const { http_proxy, no_proxy } = requests.at(-1)!.env;
      return [http_proxy, no_proxy];
    };
    assert.deepEqual(await variables(), [undefined, undefined]);
    await service.update(id, { network: 'filtered' });
    const own = 'localhost,127.0.0.1,::1';
    assert.deepEqual(await variables(), ['http://cordon-proxy:3128', own]);
    assert.deepEqual(await variables({ no_proxy: 'here' }), ['http://cordon-proxy:3128', 'here']);
    await service.update(id, { env: { http_proxy: 'http://mine:1' } });
    assert.deepEqual(await variables(), [undefined, own], 'the container has the one of the workspace');
    await service.update(id, { network: 'isolated' });
    assert.deepEqual(await variables(), [undefined, undefined]);
  });

  it('is looked at before it gets a way out, which cannot be done while it is paused', async () => {
    const { service, id, now, proxies, before } = await workspace('isolated');
    await service.pause(id);
    await assert.rejects(service.update(id, { network: 'filtered' }), {
      code: 'conflict',
      message: /is paused\. Let it run on, or stop it/,
    });
    await service.resume(id);
    assert.deepEqual([now(), proxies()], [before, []]);
  });

  it('gets its proxy when it runs again where it did not', async () => {
    const { service, id, now, proxies, before } = await workspace('isolated');
    await service.stop(id);
    await service.update(id, { network: 'filtered' });
    assert.deepEqual([now().network, proxies()], ['filtered', []]);
    await service.start(id);
    assert.deepEqual(proxies(), ['running']);
    await service.pause(id);
    await service.update(id, { network: 'isolated' });
    assert.deepEqual([now().network, now().container.kind, proxies()], ['isolated', 'paused', []]);
    await service.resume(id);
    assert.deepEqual(proxies(), []);
    assert.equal(containerIdOf(now().container), containerIdOf(before.container));
  });

  it('stays isolated, and is changed in nothing, where the proxy cannot be had', async () => {
    const { service, id, now, proxies, before, engine } = await workspace('isolated');
    engine.images.delete('proxy:local');
    const other = { name: 'other', network: 'filtered' } as const;
    assert.equal(await codeOf(service.update(id, other)), 'imageNotFound');
    assert.deepEqual([now(), proxies()], [before, []]);
  });

  it('stays isolated whichever step of it fails', async () => {
    const good = await workspace('isolated');
    const done = good.engine.calls.length;
    await good.service.update(good.id, { network: 'filtered' });
    const isStep = (name: string) => /create|connect|join|start|inspectContainer/i.test(name);
    const steps = good.engine.calls.slice(done).filter(isStep).length;
    assert.ok(steps >= 5, String(steps));
    for (let failing = 1; failing < steps; failing++) {
      const { service, id, now, proxies, before, engine } = await workspace('isolated');
      let step = 0;
      engine.before = (name) => {
        if (isStep(name) && step++ === failing) throw new Error(`no ${name}`);
      };
      const outcome = await codeOf(service.update(id, { network: 'filtered' }));
      engine.before = () => undefined;
      const network = outcome === 'resolved' ? 'filtered' : 'isolated';
      const expected = outcome === 'resolved' ? ['running'] : [];
      assert.deepEqual([now(), proxies()], [{ ...before, network }, expected], `${failing} ${outcome}`);
    }
  });

  it('stays isolated where the proxy lets through what it must refuse', async () => {
    const { service, id, now, proxies, before, engine } = await workspace('isolated');
    engine.probe = (...given) => probeText(...given).replace(/(asked \S+) 403/, '$1 200');
    await assert.rejects(service.update(id, { network: 'filtered' }), {
      code: 'isolationNotHeld',
      message: /stays "isolated".*it lets through/,
    });
    assert.deepEqual([now(), proxies()], [before, []]);
  });

  it('stays isolated where its proxy cannot run', async () => {
    const { service, id, now, proxies, before, engine } = await workspace('isolated');
    engine.before = (name) => {
      if (name === 'connectNetwork') void engine.killContainer(proxiesOf(engine)[0]!.id);
    };
    await assert.rejects(service.update(id, { network: 'filtered' }), {
      code: 'engineFailed',
      message: /proxy.*ended at once/,
    });
    assert.deepEqual([now(), proxies()], [before, []]);
  });

  it('is isolated at once, and loses its proxy later where that cannot be taken away now', async () => {
    const { service, id, now, proxies, before, engine } = await workspace('filtered');
    engine.before = (name) => {
      if (name === 'removeContainer') throw new Error('no');
    };
    assert.notEqual(await codeOf(service.update(id, { network: 'isolated' })), 'resolved');
    assert.deepEqual([now(), proxies()], [{ ...before, network: 'isolated' }, ['exited']]);
    engine.before = () => undefined;
    await service.pause(id);
    await until(() => proxies().length === 0);
  });

  it('loses a proxy that another window makes for it, which has not heard that it is isolated', async () => {
    const { service, id, proxies, engine } = await workspace('filtered');
    const { networkMode } = (await engine.inspectContainer(engine.containers.keys().next().value!))!;
    const [made] = proxiesOf(engine);
    await service.update(id, { network: 'isolated' });
    assert.deepEqual(proxies(), []);
    const late = await engine.createContainer(made!.spec, networkMode);
    await engine.startContainer(late);
    await until(() => proxies().length === 0);
  });

  it('is never given back a way out that a person may have taken away, when its record is lost', async () => {
    for (const [made, then] of [
      ['isolated', 'filtered'],
      ['filtered', 'isolated'],
    ] as const) {
      const { service, id, engine, proxies } = await workspace(made);
      await service.update(id, { network: then });
      const second = workspacesOnFake({ engine });
      await second.reconcile();
      assert.equal(second.service.get(id)?.network, 'isolated');
      await until(() => proxies().length === 0);
    }
  });
});
