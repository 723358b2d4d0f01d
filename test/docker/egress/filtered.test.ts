import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { findProfile } from '../../../src/isolation/ownProfiles.ts';
import { rulesOf } from '../../../src/isolation/egress/egressPolicy.ts';
import { squidConfiguration } from '../../../src/isolation/egress/squidConfiguration.ts';
import { labels } from '../../../src/isolation/labels.ts';
import { reloadRules } from '../../../src/workspaces/proxy/reloadRules.ts';
import type { EgressSettings } from '../../../src/workspaces/proxy/egressSettings.ts';
import type { Workspace } from '../../../src/workspaces/workspace.ts';
import { ensureImages, squidImage } from '../../host/images.mjs';
import { managedResources } from '../../host/leftovers.mjs';
import { startPrivateEngine, type PrivateEngine } from '../../host/privateEngine.mjs';
import { builtProgram } from '../../support/builtProgram.ts';
import { connectTo, tinyImage } from '../../support/engine.ts';
import {
  internetAddresses,
  internetNameServer,
  privateAddresses,
  startTestInternet,
  type TestInternet,
} from '../../support/internet/testInternet.ts';
import { takeClock } from '../../support/movedClock.ts';
import { MemoryStorage } from '../../support/memoryStorage.ts';
import { codeOf } from '../../support/workspacesOnFake.ts';
import { toSquid } from '../../support/internet/testProxy.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';

const [address, otherAddress] = internetAddresses;

describe('a workspace with a filtered network', function () {
  this.timeout(60_000);
  let engine: PrivateEngine;
  let internet: TestInternet;
  let connection: ReturnType<typeof connectTo>;
  let core: ReturnType<typeof workspacesOnEngine>;
  let folder: string;
  let workspace: Workspace;
  const settings = {
    presets: [],
    allow: ['a.example.test'],
    deny: [] as string[],
    proxyImage: squidImage as string,
  };
  const egress = (): EgressSettings => settings;
  /** Public addresses of this machine, as a machine at a hoster has them. */
  let ownAddresses: string[] = [];
  const hostAddresses = () => ownAddresses;

  before(async function () {
    this.timeout(600_000);
    engine = await startPrivateEngine({ nameServer: internetNameServer });
    internet = await startTestInternet(engine);
    await internet.know({
      'a.example.test': { answers: [[address]] },
      'b.example.test': { answers: [[otherAddress]] },
      'private.example.test': { answers: [[privateAddresses[0]]] },
    });
    await ensureImages({
      socketPath: engine.socketPath,
      wanted: [tinyImage, 'cordon-test/exits:local', squidImage],
    });
    connection = connectTo(`unix://${engine.socketPath}`);
    core = workspacesOnEngine(connection, undefined, { egress, hostAddresses });
    folder = await temporaryFolder();
    workspace = await create('filtered', { allow: ['private.example.test'] });
  });

  after(async () => {
    for (const { id } of core.service.list()) await core.service.remove(id);
    core.dispose();
    connection.dispose();
    await internet.dispose();
    await engine.stop();
    if (folder) await fs.rm(join(folder, '..'), { recursive: true });
  });

  const create = (name: string, rules: Workspace['egress'] | object = {}) =>
    core.service.create({ name, folder, network: 'filtered', egress: rules });
  const sh = async ({ id }: Workspace, line: string) => {
    const { exitCode, stdout, stderr } = await core.service.exec(id, ['sh', '-c', line]);
    return { code: exitCode, out: stdout.trim(), err: stderr.trim() };
  };
  /** The status of what the proxy answers to a request of the usual programs. */
  const get = async (from: Workspace, url: string) => {
    const { code, err } = await sh(from, `timeout 5 wget -qO /dev/null ${url}`);
    return code === 0 ? 200 : Number(/HTTP\/1\.1 (\d{3})/.exec(err)?.[1] ?? 0);
  };
  const resources = async ({ id }: Pick<Workspace, 'id'>) =>
    (await managedResources(engine.socketPath, `${labels.workspaceId}=${id}`)).map(
      ({ kind, name }) => `${kind} ${name.replace('/', '')}`,
    );
  const proxyOf = async ({ id }: Workspace) => {
    const found = (await (await connection.get()).listProxies()).filter(
      ({ workspaceId }) => workspaceId === id,
    );
    assert.ok(found.length <= 1, 'one proxy at most');
    return found[0];
  };
  const inProxy = async (containerId: string, line: string) => {
    const docker = await connection.get();
    const command = ['sh', '-c', line];
    return await docker.startProcess({ containerId, command, cwd: '/', env: {}, stdin: false });
  };
  const until = async (condition: () => Promise<boolean>, timeoutMs = 20_000) => {
    const startedAt = performance.now();
    while (!(await condition())) {
      assert.ok(performance.now() - startedAt < timeoutMs, String(condition));
      await delay(50);
    }
    return performance.now() - startedAt;
  };

  it('reaches a name that is allowed, through its proxy, and no other', async () => {
    await internet.received();
    assert.equal(await get(workspace, 'http://a.example.test/hello'), 200);
    assert.deepEqual(
      (await internet.received()).map(({ headers, url }) => `${headers['host']}${url}`),
      ['a.example.test/hello'],
    );
    assert.equal(await get(workspace, 'http://b.example.test/'), 403);
    assert.equal(await get(workspace, `http://${address}/`), 403, 'an address is no name');
    assert.deepEqual(await internet.received(), []);
  });

  it('tells what was tried, and not what only its isolation check tried', async () => {
    // a log is a moment late
    await until(async () => (await core.egressRules.tried(workspace.id)).length >= 3);
    const tried = await core.egressRules.tried(workspace.id);
    assert.deepEqual(
      tried.map(({ host, port, verdict, reason, counts }) => [host, port, verdict, reason, counts[verdict]]),
      [
        [address, 80, 'denied', 'rule', 1],
        ['b.example.test', 80, 'denied', 'rule', 1],
        ['a.example.test', 80, 'allowed', 'allowed', 1],
      ],
    );
  });

  it('tells what it tries as it happens, and may reach a name until it stops', async () => {
    const told: string[] = [];
    const sessions: string[] = [];
    const watching = core.egress.onDidTry(({ tries }) => {
      told.push(...tries.map(({ host, verdict, status }) => `${host} ${verdict} ${status}`));
      sessions.push(...tries.map(({ session }) => session ?? ''));
    });
    // of commands that follow each other closely it is not known which one tried
    await delay(1100);
    assert.equal(await get(workspace, 'http://b.example.test/'), 403);
    await until(() => Promise.resolve(told.includes('b.example.test denied 403')));
    await until(() => Promise.resolve(sessions.some((command) => command.includes('b.example.test'))));
    await core.egressRules.allowForNow(workspace.id, { rule: 'b.example.test', isAllowed: true });
    assert.equal(await get(workspace, 'http://b.example.test/'), 200);
    await until(() => Promise.resolve(told.includes('b.example.test allowed 200')));
    watching.dispose();
    const name = core.egress.names(workspace.id).find(({ host }) => host === 'b.example.test');
    assert.deepEqual(name?.counts, { allowed: 1, denied: 2 });
    await core.service.restart(workspace.id);
    assert.equal(await get(workspace, 'http://b.example.test/'), 403);
    await core.egressRules.allowForNow(workspace.id, { rule: 'b.example.test', isAllowed: true });
    await core.service.stop(workspace.id);
    await core.service.start(workspace.id);
    assert.equal(await get(workspace, 'http://b.example.test/'), 403);
    await core.egressRules.allowForNow(workspace.id, { rule: 'b.example.test', isAllowed: true });
    const { container } = core.service.get(workspace.id)!;
    await (await connection.get()).restartContainer((container as { id: string }).id);
    await until(() => Promise.resolve(core.egressRules.allowedForNow(workspace.id).length === 0));
    await until(() => Promise.resolve(core.service.get(workspace.id)?.container.kind === 'running'));
    await until(async () => (await get(workspace, 'http://b.example.test/')) === 403);
  });

  it('reaches every public name while it is learned what it needs, and what is missing is proposed', async () => {
    const learning = await core.egressRules.learn(workspace.id);
    assert.equal(await get(workspace, 'http://b.example.test/'), 200);
    assert.equal(await get(workspace, 'http://a.example.test/'), 200);
    for (const host of ['private.example.test', privateAddresses[1]])
      assert.equal(await get(workspace, `http://${host}/`), 403, host);
    assert.deepEqual(await learning.end(), {
      rules: [{ rule: 'b.example.test', names: ['b.example.test'] }],
      hasMore: false,
    });
    assert.equal(await get(workspace, 'http://b.example.test/'), 403);
  });

  it('is told by its report that its rules do not hold while it is learned from, which goes on', async () => {
    const statusOf = async () => {
      const { findings } = await core.service.isolationReport(workspace.id);
      return findings.find(({ id }) => id === 'inside-proxy-refuses')?.status;
    };
    assert.equal(await statusOf(), 'holds');
    const learning = await core.egressRules.learn(workspace.id);
    await internet.received();
    await internet.asked();
    assert.equal(await statusOf(), 'broken');
    assert.deepEqual([await internet.received(), await internet.asked()], [[], []]);
    assert.equal(await Promise.race([learning.over, delay(1000, 'goes on')]), 'goes on');
    assert.equal(await get(workspace, 'http://b.example.test/'), 200);
    await learning.end();
    assert.equal(await statusOf(), 'holds');
  });

  it('is learned from no more once it got other rules meanwhile, which stay', async () => {
    const learning = await core.egressRules.learn(workspace.id);
    assert.equal(await Promise.race([learning.over, delay(1000, 'goes on')]), 'goes on');
    assert.equal(await get(workspace, 'http://b.example.test/'), 200);
    await core.service.update(workspace.id, {
      egress: { allow: ['private.example.test'], deny: ['c.test'] },
    });
    assert.ok(await Promise.race([learning.over, delay(3000)]), 'and whoever learned hears of it');
    assert.equal(await get(workspace, 'http://b.example.test/'), 403);
    await learning.end();
    await core.service.update(workspace.id, { egress: { allow: ['private.example.test'], deny: [] } });
    assert.equal(await get(workspace, 'http://b.example.test/'), 403);
  });

  it('reaches only what its rules allow again when who learned is killed', async () => {
    const program = await builtProgram('learningProcess.ts');
    const proxy = await proxyOf(workspace);
    const child = spawn(process.execPath, [program, engine.socketPath, proxy!.id], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_V8_COVERAGE: '' },
    });
    await once(child.stdout, 'data');
    assert.equal(await get(workspace, 'http://b.example.test/'), 200);
    child.kill('SIGKILL');
    await until(async () => (await get(workspace, 'http://b.example.test/')) === 403);
    assert.equal(await get(workspace, 'http://a.example.test/'), 200);
  });

  it('keeps to its rules where its proxy does not take that it is to reach every name', async () => {
    const { id: containerId } = (await proxyOf(workspace))!;
    await (
      await inProxy(containerId, toSquid('STOP'))
    ).exitCode;
    await assert.rejects(core.egressRules.learn(workspace.id), {
      code: 'engineFailed',
      message: /did not take its rules(: it does not listen anew| in time\.)$/,
    });
    const now = await proxyOf(workspace);
    if (now?.id === containerId) await (await inProxy(containerId, toSquid('CONT'))).exitCode;
    await until(async () => (await get(workspace, 'http://a.example.test/')) === 200);
    assert.equal(await get(workspace, 'http://b.example.test/'), 403);
  });

  it('reaches no private address, also where a name that is allowed leads to one', async () => {
    await internet.received();
    for (const host of ['private.example.test', ...privateAddresses])
      assert.equal(await get(workspace, `http://${host}/`), 403, host);
    assert.deepEqual(await internet.received(), []);
  });

  it('does not reach this machine at a public address of it, nor while it is learned what it needs', async () => {
    const statuses = async (...hosts: string[]) =>
      Promise.all(hosts.map((host) => get(workspace, `http://${host}/`)));
    const rule = { rule: 'b.example.test', isAllowed: true };
    await core.egressRules.allowForNow(workspace.id, rule);
    assert.deepEqual(await statuses('a.example.test', 'b.example.test'), [200, 200]);
    ownAddresses = [otherAddress];
    await core.egressRules.allowForNow(workspace.id, rule);
    assert.deepEqual(await statuses('a.example.test', 'b.example.test'), [200, 403]);
    const learning = await core.egressRules.learn(workspace.id);
    const own = ['b.example.test', otherAddress, `${otherAddress}:22`];
    assert.deepEqual(await statuses(address, ...own), [200, 403, 403, 403]);
    await learning.end();
    ownAddresses = [];
    await core.egressRules.allowForNow(workspace.id, { ...rule, isAllowed: false });
    assert.deepEqual(await statuses('a.example.test', 'b.example.test'), [200, 403]);
  });

  it('gains nothing by passing the proxy over: no address, no name, no other port of it', async () => {
    await internet.received();
    await internet.asked();
    const own = await proxyOf(workspace);
    const outer = Object.entries(own!.networks).find(([name]) => name.endsWith('-out'))![1];
    const hosts = [address, otherAddress, ...privateAddresses, outer, outer.replace(/\d+$/, '1')];
    for (const host of hosts)
      assert.notEqual((await sh(workspace, `echo | timeout 1 nc -w 1 ${host} 80`)).code, 0, host);
    assert.notEqual((await sh(workspace, 'timeout 5 nslookup b.example.test')).code, 0);
    assert.deepEqual([await internet.received(), await internet.asked()], [[], []]);
  });

  it('has a proxy that passes nothing on but what it is asked for', async () => {
    const { stdout } = await inProxy((await proxyOf(workspace))!.id, 'cat /proc/sys/net/ipv4/ip_forward');
    assert.equal(await text(stdout), '0\n');
  });

  it('proves it in its report, with the proxy as hardened as itself', async () => {
    const report = await core.service.isolationReport(workspace.id);
    assert.deepEqual(
      report.findings.filter(({ ok, id }) => !ok && id !== 'root-user'),
      [],
    );
    const ids = report.findings.map(({ id }) => id);
    for (const id of ['network-kind', 'unreachable', 'proxy-runs', 'proxy-hardened', 'proxy-networks'])
      assert.ok(ids.includes(id), id);
    for (const id of ['inside-dns', 'inside-proxy', 'inside-proxy-refuses', 'inside-proxy-allows'])
      assert.ok(ids.includes(id), id);
    assert.match(report.grade, /^[AB]$/);
  });

  it('asks for nothing outside to prove it, and finds that its proxy does not let through what it is to', async () => {
    await internet.received();
    await internet.asked();
    const statusOf = async () => {
      const { findings } = await core.service.isolationReport(workspace.id);
      return findings.find(({ id }) => id === 'inside-proxy-allows')?.status;
    };
    assert.equal(await statusOf(), 'holds');
    assert.deepEqual([await internet.received(), await internet.asked()], [[], []]);
    const { id } = (await proxyOf(workspace))!;
    const narrow = squidConfiguration(rulesOf({ presets: [], allow: ['b.example.test'], deny: [] }));
    await reloadRules(await connection.get(), id, narrow);
    assert.equal(await statusOf(), 'broken');
    await core.service.update(workspace.id, { egress: { allow: [], deny: [] } });
    await core.service.update(workspace.id, { egress: { allow: ['private.example.test'], deny: [] } });
    assert.equal(await statusOf(), 'holds');
  });

  it('keeps what is another one by its own rules, and reaches neither it nor its proxy', async () => {
    const other = await create('other', { allow: ['b.example.test'], deny: ['a.example.test'] });
    assert.deepEqual(
      [await get(other, 'http://a.example.test/'), await get(other, 'http://b.example.test/')],
      [403, 200],
    );
    assert.deepEqual(
      [await get(workspace, 'http://a.example.test/'), await get(workspace, 'http://b.example.test/')],
      [200, 403],
    );
    for (const to of Object.values((await proxyOf(other))!.networks))
      assert.notEqual((await sh(workspace, `echo | timeout 1 nc -w 1 ${to} 3128`)).code, 0, to);
    await core.service.remove(other.id);
    assert.deepEqual(await resources(other), []);
  });

  it('keeps to changed rules within a second, without a restart', async () => {
    const before = await proxyOf(workspace);
    const { container } = core.service.get(workspace.id)!;
    const startedAt = performance.now();
    await core.service.update(workspace.id, { egress: { allow: ['b.example.test'] } });
    const tookMs = performance.now() - startedAt;
    assert.equal(await get(workspace, 'http://b.example.test/'), 200);
    await core.service.update(workspace.id, { egress: { deny: ['b.example.test', 'a.example.test'] } });
    assert.equal(await get(workspace, 'http://b.example.test/'), 403);
    assert.equal(await get(workspace, 'http://a.example.test/'), 403, 'what is denied wins over settings');
    await core.service.update(workspace.id, { egress: { allow: ['private.example.test'], deny: [] } });
    assert.equal(await get(workspace, 'http://a.example.test/'), 200);
    assert.deepEqual(core.service.get(workspace.id)!.container, container);
    assert.equal((await proxyOf(workspace))!.id, before!.id);
    console.log(`      a change of rules took ${Math.round(tookMs)} ms`);
  });

  it('is cut off when its proxy is killed, and gets it back', async () => {
    const proxy = await proxyOf(workspace);
    const docker = await connection.get();
    const all = sh(
      workspace,
      `seen=; while [ $(echo $seen | wc -w) -lt 3 ]; do
         timeout 2 wget -qO /dev/null http://a.example.test/ 2>/dev/null && now=up || now=down
         case $seen in *$now) ;; *) seen="$seen $now"; echo $now ;; esac; sleep 0.1
       done`,
    );
    await delay(1500);
    await docker.killContainer(proxy!.id);
    assert.equal((await all).out, 'up\ndown\nup');
    await docker.removeContainer((await proxyOf(workspace))!.id);
    await until(async () => (await get(workspace, 'http://a.example.test/')) === 200);
    assert.equal(await get(workspace, 'http://b.example.test/'), 403);
    assert.equal(core.service.get(workspace.id)!.container.kind, 'running');
  });

  it('is told of when its proxy fails again and again, or runs out of memory, and gets it back', async () => {
    const other = await create(`failing ${Date.now()}`);
    const cutOffs = async () =>
      (await core.service.securityLog(other.id)).filter(({ cause }) => cause === 'cutOff').length;
    const isBack = async () => (await get(other, 'http://a.example.test/')) === 200;
    const { id: containerId } = (await proxyOf(other))!;
    while ((await cutOffs()) === 0) {
      // its container may end with any of them, and it may be back already
      await inProxy(containerId, toSquid('KILL')).catch(() => undefined);
      await delay(100);
    }
    await until(isBack);
    const known = await cutOffs();
    await inProxy((await proxyOf(other))!.id, 'tail /dev/zero');
    await until(async () => (await cutOffs()) > known);
    await until(isBack);
    // what fills its memory may end it once more after that, and nothing answers meanwhile
    await until(async () => {
      const status = await get(other, 'http://b.example.test/');
      assert.ok(status === 403 || status === 0, String(status));
      return status === 403;
    });
    await core.service.remove(other.id);
  });

  it('becomes isolated and filtered again while it runs on, with all that is in its container', async () => {
    const { container } = core.service.get(workspace.id)!;
    await sh(workspace, 'echo kept >/tmp/only-here; sleep 1000 >/dev/null 2>&1 &');
    await core.service.update(workspace.id, { network: 'isolated' });
    assert.deepEqual(core.service.get(workspace.id)!.container, container);
    assert.equal(await proxyOf(workspace), undefined);
    assert.ok(!(await resources(workspace)).some((resource) => resource.endsWith('-out')));
    assert.equal((await sh(workspace, 'env | grep -i proxy')).out, '');
    assert.notEqual((await sh(workspace, 'nc -w 1 cordon-proxy 3128 </dev/null')).code, 0);
    assert.notEqual((await sh(workspace, `nc -w 1 ${address} 80 </dev/null`)).code, 0);
    const closed = await core.service.isolationReport(workspace.id);
    assert.ok(!closed.findings.some(({ status }) => status === 'broken'), JSON.stringify(closed));
    await core.service.update(workspace.id, { network: 'filtered' });
    assert.deepEqual(core.service.get(workspace.id)!.container, container);
    assert.equal(await get(workspace, 'http://a.example.test/'), 200);
    assert.equal(await get(workspace, 'http://b.example.test/'), 403);
    const { out } = await sh(workspace, 'cat /tmp/only-here; ps | grep -c "[s]leep 1000"');
    assert.equal(out, 'kept\n1');
    const opened = await core.service.isolationReport(workspace.id);
    assert.equal(opened.findings.find(({ id }) => id === 'inside-proxy-refuses')?.status, 'holds');
    assert.ok(!opened.findings.some(({ status }) => status === 'broken'), JSON.stringify(opened));
  });

  it('takes its proxy along when it pauses, goes on, stops and starts', async () => {
    const state = async () => (await proxyOf(workspace))?.state.kind;
    await core.service.pause(workspace.id);
    assert.equal(await state(), 'paused');
    await core.service.resume(workspace.id);
    assert.equal(await get(workspace, 'http://a.example.test/'), 200);
    await core.service.stop(workspace.id);
    assert.equal(await state(), 'stopped');
    await core.service.start(workspace.id);
    assert.equal(await get(workspace, 'http://a.example.test/'), 200);
    await core.service.restart(workspace.id);
    assert.equal(await get(workspace, 'http://a.example.test/'), 200);
    await core.service.panic();
    await until(async () => (await state()) === 'stopped');
    await core.service.release(workspace.id);
    assert.equal(await get(workspace, 'http://a.example.test/'), 200);
  });

  it('comes back from its container when its record is lost, with its proxy, and without what it was allowed', async () => {
    const proxy = await proxyOf(workspace);
    core.dispose();
    core = workspacesOnEngine(connection, new MemoryStorage(), { egress, hostAddresses });
    await core.reconcile();
    assert.deepEqual(
      core.service.list().map(({ id, egress: rules }) => [id, rules]),
      [[workspace.id, { presets: [], allow: [], deny: [] }]],
    );
    assert.equal(await get(workspace, 'http://a.example.test/'), 200);
    assert.equal((await proxyOf(workspace))!.id, proxy!.id);
  });

  it('is what the usual profile gives, and reaches nothing where the proxy’s image is nowhere', async () => {
    const usual = workspacesOnEngine(connection, undefined, { egress, profileOf: findProfile });
    try {
      const withProxy = await usual.service.create({ name: 'usual', folder });
      assert.equal(withProxy.network, 'filtered');
      const fetched = await usual.service.exec(withProxy.id, [
        'wget',
        '-qO',
        '/dev/null',
        'http://a.example.test/',
      ]);
      assert.equal(fetched.exitCode, 0, fetched.stderr);
      settings.proxyImage = 'cordon-test/nowhere:local';
      const without = await usual.service.create({ name: 'offline', folder });
      assert.equal(without.network, 'isolated');
      const tried = await usual.service.exec(without.id, ['wget', '-qO', '/dev/null', `http://${address}/`]);
      assert.notEqual(tried.exitCode, 0);
      assert.notEqual((await usual.service.isolationReport(without.id)).grade, 'F');
    } finally {
      settings.proxyImage = squidImage;
      for (const { id } of usual.service.list()) await usual.service.remove(id);
      usual.dispose();
    }
  });

  it('leaves nothing behind when its proxy cannot be made or ends at once', async () => {
    const before = (await managedResources(engine.socketPath, `${labels.managed}=true`)).length;
    for (const [image, code] of [
      ['cordon-test/nowhere:local', 'imageNotFound'],
      ['cordon-test/exits:local', 'engineFailed'],
    ] as const) {
      settings.proxyImage = image;
      assert.equal(await codeOf(create('half')), code, image);
    }
    settings.proxyImage = squidImage;
    settings.deny.push('*');
    assert.equal(await codeOf(create('half')), 'invalidRequest');
    settings.deny.pop();
    assert.equal((await managedResources(engine.socketPath, `${labels.managed}=true`)).length, before);
  });

  it('leaves nothing behind when it is archived, changed to another network or removed', async () => {
    const name = (await proxyOf(workspace))!.name;
    assert.ok((await resources(workspace)).includes(`container ${name}`));
    await core.service.update(workspace.id, { network: 'isolated' });
    assert.equal(await proxyOf(workspace), undefined);
    assert.ok(!(await resources(workspace)).some((resource) => resource.endsWith('-out')));
    await core.service.update(workspace.id, { network: 'filtered' });
    assert.equal(await get(workspace, 'http://a.example.test/'), 200);
    await core.service.archive(workspace.id);
    assert.deepEqual(await resources(workspace), []);
    await core.service.restore(workspace.id);
    await core.service.start(workspace.id);
    assert.equal(await get(workspace, 'http://a.example.test/'), 200);
    await core.service.remove(workspace.id);
    assert.deepEqual(await resources(workspace), []);
  });

  it('has a proxy of no workspace removed with its networks, once nobody can be making it any more', async () => {
    const lost = await create('lost');
    const docker = await connection.get();
    const { container } = core.service.get(lost.id)!;
    core.dispose();
    await docker.removeContainer((container as { id: string }).id);
    core = workspacesOnEngine(connection, new MemoryStorage(), { egress, hostAddresses });
    assert.equal((await core.reconcile()).result?.young, 1);
    assert.equal((await resources(lost)).length, 4, 'a container, and the networks of it and of the other');
    const clock = takeClock();
    try {
      clock.moveBy(120_000);
      assert.equal((await core.reconcile()).result?.removed, 1);
    } finally {
      clock.restore();
    }
    assert.deepEqual(await resources(lost), []);
  });
});
