import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { labels, proxyRole } from '../../../../src/isolation/labels.ts';
import { Emitter } from '../../../../src/shared/event.ts';
import { withoutRule } from '../../../../src/workspaces/proxy/withRule.ts';
import { UnstartableContainer } from '../../../../src/workspaces/unstartableContainer.ts';
import { FakeEngine, finishedProcess } from '../../../support/fakeEngine.ts';
import { MemoryStorage } from '../../../support/memoryStorage.ts';
import { until } from '../../../support/until.ts';
import { codeOf, folder, workspacesOnFake } from '../../../support/workspacesOnFake.ts';

const request = { name: 'demo', folder, network: 'filtered' as const };

function proxiesOf(engine: FakeEngine) {
  return [...engine.containers.values()].filter(({ spec }) => spec.labels[labels.role] === proxyRole);
}

describe('a workspace with a filtered network', () => {
  it('has a proxy between its own network and one that leads out', async () => {
    const { service, engine } = workspacesOnFake();
    const workspace = await service.create(request);
    const [proxy, ...more] = proxiesOf(engine);
    assert.equal(more.length, 0);
    assert.equal(proxy?.state, 'running');
    const networks = [...engine.attached.get(proxy.id)!].flatMap((id) => engine.networks.get(id) ?? []);
    assert.deepEqual(
      networks.map(({ name, isolated }) => [name, isolated]),
      [
        [`cordon-demo-${workspace.id.slice(0, 8)}`, true],
        [`cordon-demo-${workspace.id.slice(0, 8)}-out`, false],
      ],
    );
    assert.deepEqual([proxy.spec.mounts, proxy.spec.capabilities, proxy.spec.readOnlyRoot], [[], [], true]);
    assert.notEqual(workspace.container.kind === 'running' && workspace.container.id, proxy.id);
  });

  it('has places in memory in its proxy for what the image of that declares as VOLUME', async () => {
    const engine = new FakeEngine();
    engine.images.set('proxy:local', ['/var/log/squid', '/var/spool/squid/']);
    const { service } = workspacesOnFake({ engine });
    const { id } = await service.create(request);
    const [proxy] = proxiesOf(engine);
    assert.deepEqual(
      proxy?.spec.tmpfs.map(({ target, uid, exec }) => [target, uid, exec]),
      ['/run/cordon', '/var/log/squid', '/var/spool/squid'].map((target) => [target, 13, false]),
    );
    const hardened = async () =>
      (await service.isolationReport(id)).findings.find((finding) => finding.id === 'proxy-hardened')?.ok;
    assert.equal(await hardened(), true);
    engine.images.set('proxy:local', []);
    assert.equal(await hardened(), false, 'what the image of the container does not need is not expected');
    await service.stop(id);
    await service.start(id);
    assert.equal(proxiesOf(engine)[0]?.id, proxy.id);
  });

  it('has no proxy of an image that declares a volume where there can be none', async () => {
    const engine = new FakeEngine();
    engine.images.set('proxy:local', ['/etc']);
    const { service } = workspacesOnFake({ engine });
    await assert.rejects(service.create(request), {
      code: 'imageNotFound',
      message: /proxy:local.*a volume at "\/etc".*cordon\.proxyImage/,
    });
    assert.deepEqual([engine.containers.size, engine.networks.size], [0, 0]);
    assert.ok(!engine.calls.includes('createNetwork'), 'it is refused before anything is made');
  });

  it('has none where the network is another one', async () => {
    const { service, engine } = workspacesOnFake();
    for (const network of ['open', 'isolated', 'none'] as const)
      await service.create({ ...request, name: network, network });
    assert.deepEqual(proxiesOf(engine), []);
  });

  it('is never made, and never open, without the image of the proxy', async () => {
    const { service, engine } = workspacesOnFake();
    engine.images.delete('proxy:local');
    await assert.rejects(service.create(request), {
      code: 'imageNotFound',
      message: /proxy:local.*cordon\.proxyImage.*"isolated".*"open"/,
    });
    assert.deepEqual([engine.containers.size, engine.networks.size, service.list()], [0, 0, []]);
  });

  it('leaves nothing behind whichever step of a create fails', async () => {
    const good = workspacesOnFake();
    await good.service.create(request);
    const steps = good.engine.calls.filter((step) => /create|connect|join|start/.test(step)).length;
    assert.ok(steps >= 10, String(steps));
    for (let failing = 0; failing < steps; failing++) {
      const { service, engine } = workspacesOnFake();
      let step = 0;
      let failed = '';
      engine.before = (name) => {
        if (/create|connect|join|start/.test(name) && step++ === failing) {
          failed = name;
          throw new Error(`no ${name}`);
        }
      };
      assert.notEqual(await codeOf(service.create(request)), 'resolved', `${failing} ${failed}`);
      await delay(5);
      assert.deepEqual([engine.containers.size, engine.networks.size, service.list()], [0, 0, []]);
    }
  });

  it('leaves nothing behind when it is removed', async () => {
    const { service, engine } = workspacesOnFake();
    const { id } = await service.create(request);
    await service.remove(id);
    assert.deepEqual([engine.containers.size, engine.networks.size], [0, 0]);
  });

  it('takes its proxy along when it stops, pauses, goes on and starts again', async () => {
    const { service, engine } = workspacesOnFake();
    const { id } = await service.create(request);
    const states = () => proxiesOf(engine).map(({ state }) => state);
    await service.pause(id);
    assert.deepEqual(states(), ['paused']);
    await service.resume(id);
    assert.deepEqual(states(), ['running']);
    await service.stop(id);
    assert.deepEqual(states(), ['exited']);
    await service.start(id);
    assert.deepEqual(states(), ['running']);
    await service.archive(id);
    assert.deepEqual(states(), []);
  });

  it('gets a proxy that ended by itself, or was removed, back', async () => {
    const { service, engine } = workspacesOnFake();
    const { id } = await service.create(request);
    const [first] = proxiesOf(engine);
    await engine.killContainer(first!.id);
    await until(() => proxiesOf(engine)[0]?.state === 'running');
    assert.deepEqual(
      (await service.securityLog(id)).map(({ cause, severity, message }) => [cause, severity, message]),
      [['cutOff', 'warning', 'Its proxy has ended. The workspace reaches nothing until Cordon has it back.']],
    );
    await engine.removeContainer(first!.id);
    await until(() => proxiesOf(engine)[0]?.state === 'running');
    assert.notEqual(proxiesOf(engine)[0]?.id, first!.id);
    assert.equal(service.list()[0]?.container.kind, 'running', 'the workspace ran all the time');
  });

  it('gets another proxy when the engine can never start the one that there is again', async () => {
    const { service, engine } = workspacesOnFake();
    await service.create(request);
    const [first] = proxiesOf(engine);
    let isFirst = true;
    engine.before = (step) => {
      if (step !== 'startContainer' || !isFirst) return;
      isFirst = false;
      throw new UnstartableContainer(undefined);
    };
    await engine.killContainer(first!.id);
    await until(() => proxiesOf(engine)[0]?.id !== first!.id && proxiesOf(engine)[0]?.state === 'running');
    assert.equal(proxiesOf(engine).length, 1);
    assert.equal(service.list()[0]?.container.kind, 'running', 'the workspace ran all the time');
  });

  it('leaves no half of one that cannot be made again, and tries it more and more seldom', async () => {
    const { service, engine } = workspacesOnFake();
    await service.create(request);
    const made = () => engine.calls.filter((step) => step === 'createContainer').length;
    const atFirst = made();
    engine.before = (name) => {
      if (name === 'createNetwork') throw new Error('no subnet');
    };
    await engine.removeContainer(proxiesOf(engine)[0]!.id);
    await until(() => made() > atFirst);
    await delay(1500);
    assert.deepEqual(proxiesOf(engine), []);
    assert.ok(made() - atFirst <= 5, String(made() - atFirst));
  });

  it('brings back one that ends again and again more and more seldom', async () => {
    const { service, engine } = workspacesOnFake();
    await service.create(request);
    const started = () => engine.calls.filter((step) => step === 'startedContainer').length;
    const atFirst = started();
    engine.before = (name) => {
      if (name !== 'startedContainer') return;
      const id = proxiesOf(engine)[0]?.id;
      if (id !== undefined) setTimeout(() => void engine.killContainer(id), 1);
    };
    await engine.killContainer(proxiesOf(engine)[0]!.id);
    await delay(1500);
    assert.ok(started() - atFirst <= 5, String(started() - atFirst));
  });

  it('loses its proxy when its container ends by itself, and when that is gone', async () => {
    const { service, engine } = workspacesOnFake();
    const { container } = await service.create(request);
    const id = (container as { id: string }).id;
    await engine.stopContainer(id);
    await until(() => proxiesOf(engine)[0]?.state === 'exited');
    await engine.removeContainer(id);
    await until(() => proxiesOf(engine).length === 0);
    assert.deepEqual(
      [...engine.networks.values()].filter(({ isolated }) => !isolated),
      [],
    );
  });

  it('hands new rules to a proxy that runs, once', async () => {
    const engine = new FakeEngine();
    const handed: string[] = [];
    engine.process = () => {
      const process = finishedProcess(0);
      process.stdin.on('data', (chunk: Buffer) => handed.push(chunk.toString()));
      return process;
    };
    const { service } = workspacesOnFake({ engine });
    const { id } = await service.create(request);
    assert.ok(!service.needsNewContainer(id, { egress: { allow: ['example.org'] } }));
    const [before] = proxiesOf(engine);
    const updated = await service.update(id, { egress: { allow: ['example.org'] } });
    assert.deepEqual(updated.egress, { allow: ['example.org'], deny: [] });
    await delay(400);
    assert.equal(handed.length, 1);
    assert.match(handed[0]!, /example\.org/);
    assert.deepEqual([proxiesOf(engine)[0]!.id, proxiesOf(engine)[0]!.state], [before!.id, 'running']);
    await service.update(id, { egress: { deny: ['example.org'] } });
    assert.deepEqual(service.get(id)?.egress, { allow: ['example.org'], deny: ['example.org'] });
  });

  it('makes a proxy anew that does not take its rules, rather than leave it the old ones', async () => {
    const engine = new FakeEngine();
    engine.process = () => finishedProcess(1, '', 'FATAL: no');
    const { service } = workspacesOnFake({ engine });
    const { id } = await service.create(request);
    const [before] = proxiesOf(engine);
    await service.update(id, { egress: { deny: ['example.org'] } });
    const [after, ...more] = proxiesOf(engine);
    assert.notEqual(after?.id, before?.id);
    assert.equal(more.length, 0);
    assert.match(Object.values(after!.spec.env).join(' '), /example\.org/);
  });

  it('gets another proxy where a window was killed before the one that there is had its way out', async () => {
    const first = workspacesOnFake();
    const { engine } = first;
    await first.service.create(request);
    const [before] = proxiesOf(engine);
    const [outward] = [...engine.networks].find(([, { isolated }]) => !isolated)!;
    await engine.disconnectNetwork(before!.id, outward);
    first.dispose();
    await workspacesOnFake({ engine, memory: first.storage }).reconcile();
    await until(() => proxiesOf(engine)[0]?.id !== before!.id && proxiesOf(engine)[0]?.state === 'running');
    const [after, ...more] = proxiesOf(engine);
    await until(() => engine.attached.get(after!.id)?.size === 3);
    assert.deepEqual([more.length, engine.networks.size], [0, 2]);
  });

  it('keeps to what is stored where another window comes, which knows nothing of what was allowed for now', async () => {
    const first = workspacesOnFake();
    const { engine } = first;
    const handed: string[] = [];
    engine.process = () => {
      const process = finishedProcess(0);
      process.stdin.on('data', (chunk: Buffer) => handed.push(String(chunk)));
      return process;
    };
    const { id } = await first.service.create(request);
    await first.egressRules.allowForNow(id, { rule: 'brief.example.org', isAllowed: true });
    await until(() => handed.some((text) => text.includes('# allow brief.example.org')));
    first.dispose();
    handed.length = 0;
    const second = workspacesOnFake({ engine, memory: first.storage });
    await second.reconcile();
    await until(() => handed.length > 0);
    assert.ok(!handed.join('').includes('brief.example.org'));
    assert.deepEqual(second.egressRules.allowedForNow(id), []);
  });

  it('reaches what a person allows or denies, whatever another window had handed to its proxy meanwhile', async () => {
    const first = workspacesOnFake();
    const { engine } = first;
    const handed: string[] = [];
    engine.process = () => {
      const process = finishedProcess(0);
      process.stdin.on('data', (chunk: Buffer) => handed.push(String(chunk)));
      return process;
    };
    const { id } = await first.service.create(request);
    const allow = () => first.egressRules.allowForNow(id, { rule: 'brief.example.org', isAllowed: true });
    await allow();
    const second = workspacesOnFake({ engine, memory: first.storage });
    await second.reconcile();
    await until(() => handed.length === 2);
    assert.ok(!handed[1]!.includes('# allow brief.example.org'), 'the second window took it away');
    await allow();
    assert.match(handed.at(-1)!, /# allow brief\.example\.org/);
    assert.equal(handed.length, 3);
  });

  it('hands changed settings to proxies that run, and starts none with a rule that cannot be used', async () => {
    const engine = new FakeEngine();
    const changes = new Emitter<unknown>();
    const egress = { presets: [], allow: [] as string[], deny: [] as string[], proxyImage: 'proxy:local' };
    const handed: string[] = [];
    engine.process = () => {
      const process = finishedProcess(0);
      process.stdin.on('data', (chunk: Buffer) => handed.push(chunk.toString()));
      return process;
    };
    const { service } = workspacesOnFake({ engine, egress: () => egress, onDidChangeEgress: changes.event });
    await service.create(request);
    egress.allow.push('settings.example.org');
    changes.fire(undefined);
    await until(() => handed.some((text) => text.includes('settings.example.org')));
    egress.deny.push('*');
    assert.equal(await codeOf(service.create({ ...request, name: 'other' })), 'invalidRequest');
  });

  it('hands over settings that change again and again as soon as the first time', async () => {
    const engine = new FakeEngine();
    const changes = new Emitter<unknown>();
    const egress = { presets: [], allow: [], deny: [] as string[], proxyImage: 'proxy:local' };
    let handed = '';
    engine.process = () => {
      const process = finishedProcess(0);
      process.stdin.on('data', (chunk: Buffer) => (handed += chunk.toString()));
      return process;
    };
    const { service } = workspacesOnFake({ engine, egress: () => egress, onDidChangeEgress: changes.event });
    await service.create(request);
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']) {
      egress.deny.push(`${name}.example.org`);
      changes.fire(undefined);
      await until(() => handed.includes(`# deny ${name}.example.org`), 900);
    }
  });

  it('does not start with rules of an earlier version that allow too much, and does once they are taken away', async () => {
    const first = workspacesOnFake();
    const allow = ['first.example.org', 'second.example.org'];
    const { id } = await first.service.create({ ...request, egress: { allow }, start: false });
    first.dispose();
    const { storage: memory } = first;
    for (const [key, text] of memory.values)
      memory.values.set(
        key,
        text.replace('first.example.org', '*.amazonaws.com').replace('second.example.org', '*.windows.net'),
      );
    const { service, egressRules } = workspacesOnFake({ engine: first.engine, memory });
    for (const rule of ['*.amazonaws.com', '*.windows.net']) {
      await assert.rejects(service.start(id), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'invalidRequest');
        return error.message.includes(`"${rule}" cannot be used. Anybody can get a name below`);
      });
      await egressRules.change(id, (now) => withoutRule(now, rule));
    }
    await service.start(id);
    assert.equal(proxiesOf(first.engine).length, 1);
  });

  it('is kept from the addresses that this machine has got meanwhile, once', async () => {
    const engine = new FakeEngine();
    const handed: string[] = [];
    engine.process = () => {
      const process = finishedProcess(0);
      process.stdin.on('data', (chunk: Buffer) => handed.push(String(chunk)));
      return process;
    };
    const looks = new Emitter<unknown>();
    let addresses = ['10.0.0.7', '11.22.33.44'];
    const { service } = workspacesOnFake({
      ...{ engine, hostAddresses: () => addresses, onDidChangeEgress: looks.event },
    });
    await service.create(request);
    const [proxy] = proxiesOf(engine);
    assert.match(Object.values(proxy!.spec.env).join(), /^acl elsewhere dst 11\.22\.33\.44$/m);
    addresses = ['192.168.0.7', '11.22.33.44'];
    looks.fire(undefined);
    await delay(400);
    assert.equal(handed.length, 0, 'another private network');
    addresses = ['11.22.33.55', '2a00:1234::5', '11.22.33.44'];
    looks.fire(undefined);
    await until(() => handed.length > 0);
    addresses.reverse();
    looks.fire(undefined);
    await delay(400);
    assert.equal(handed.length, 1);
    for (const block of ['11.22.33.44', '11.22.33.55', '2a00:1234:0:0::/64'])
      assert.ok(handed.join().includes(`\nacl elsewhere dst ${block}\n`), block);
    assert.equal(proxiesOf(engine)[0]!.id, proxy!.id);
  });

  it('is not mistaken for a workspace by who reads events and lists', async () => {
    const { service, engine } = workspacesOnFake();
    const { id } = await service.create(request);
    const before = service.get(id);
    const [proxy] = proxiesOf(engine);
    await engine.pauseContainer(proxy!.id);
    await delay(5);
    assert.deepEqual(service.get(id)?.container, before?.container);
  });

  it('is adopted when its record is lost with its proxy and what it denied, and with nothing that it allowed', async () => {
    const engine = new FakeEngine();
    const first = workspacesOnFake({ engine });
    const egress = { presets: ['source'] as const, allow: ['example.org'], deny: ['example.com'] };
    const { id } = await first.service.create({ ...request, egress });
    const [proxy] = proxiesOf(engine);
    first.dispose();
    const second = workspacesOnFake({ engine, memory: new MemoryStorage() });
    await second.reconcile();
    const adopted = second.service.get(id)?.egress;
    assert.deepEqual(adopted, { presets: [], allow: [], deny: ['example.com'] });
    assert.equal(second.service.list().length, 1);
    await delay(400);
    assert.deepEqual(
      proxiesOf(engine).map((one) => [one.id, one.state]),
      [[proxy!.id, 'running']],
    );
  });

  it('removes a proxy and its networks that belong to no workspace', async () => {
    const engine = new FakeEngine();
    const first = workspacesOnFake({ engine });
    const { container } = await first.service.create(request);
    first.dispose();
    await engine.removeContainer((container as { id: string }).id);
    const second = workspacesOnFake({ engine, memory: new MemoryStorage() });
    await second.reconcile();
    assert.deepEqual([engine.containers.size, engine.networks.size], [0, 0]);
  });

  it('has its proxy ended by Panic, and back when it is released', async () => {
    const { service, engine } = workspacesOnFake();
    const { id } = await service.create(request);
    await service.panic();
    assert.deepEqual(
      proxiesOf(engine).map(({ state }) => state),
      ['exited'],
    );
    await delay(400);
    assert.deepEqual(
      proxiesOf(engine).map(({ state }) => state),
      ['exited'],
      'and nobody brings it back',
    );
    await service.release(id);
    assert.deepEqual(
      proxiesOf(engine).map(({ state }) => state),
      ['running'],
    );
  });
});
