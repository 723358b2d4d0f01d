import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerEngine } from '../../../src/workspaces/containerEngine.ts';
import type { ManagedProxy } from '../../../src/workspaces/engineContainers.ts';
import type { EgressNews } from '../../../src/workspaces/proxy/egressNews.ts';
import type { Workspace } from '../../../src/workspaces/workspace.ts';
import { ensureImages, squidImage } from '../../host/images.mjs';
import { startPrivateEngine, type PrivateEngine } from '../../host/privateEngine.mjs';
import { connectTo, tinyImage } from '../../support/engine.ts';
import {
  internetAddresses,
  internetNameServer,
  startTestInternet,
  type TestInternet,
} from '../../support/internet/testInternet.ts';
import { tryLine } from '../../support/tryLine.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';

const known = 'a.example.test';

describe('a workspace with a filtered network on a bad day', function () {
  this.timeout(60_000);
  let engine: PrivateEngine;
  let internet: TestInternet;
  let connection: ReturnType<typeof connectTo>;
  let core: ReturnType<typeof workspacesOnEngine>;
  let folder: string;
  let workspace: Workspace;
  let docker: ContainerEngine;
  const news: EgressNews[] = [];

  before(async function () {
    this.timeout(600_000);
    engine = await startPrivateEngine({ nameServer: internetNameServer });
    internet = await startTestInternet(engine);
    await internet.know({ [known]: { answers: [[internetAddresses[0]]] } });
    await ensureImages({ socketPath: engine.socketPath, wanted: [tinyImage, squidImage] });
    connection = connectTo(`unix://${engine.socketPath}`);
    docker = await connection.get();
    const egress = () => ({ presets: [], allow: [known], deny: [], proxyImage: squidImage });
    core = workspacesOnEngine(connection, undefined, { egress });
    core.egress.onDidTry((each) => news.push(each));
    folder = await temporaryFolder();
    workspace = await core.service.create({ name: 'bad days', folder, network: 'filtered' });
  });

  after(async () => {
    await core.service.remove(workspace.id);
    core.dispose();
    connection.dispose();
    await internet.dispose();
    await engine.stop();
    await fs.rm(join(folder, '..'), { recursive: true });
  });

  // whatever happens, the rules hold afterwards
  afterEach(async () => {
    await until(async () => (await reaches(known)) && !(await reaches('b.example.test')));
  });
  beforeEach(() => {
    news.length = 0;
  });

  const reaches = async (host: string) => {
    const command = ['timeout', '5', 'wget', '-qO', '/dev/null', `http://${host}/`];
    return (await core.service.exec(workspace.id, command)).exitCode === 0;
  };
  const proxy = async (): Promise<ManagedProxy> => {
    const [only, ...others] = await docker.listProxies();
    assert.ok(only && others.length === 0);
    return only;
  };
  /** Where the proxy is asked from outside of the workspace, with the speed of this machine. */
  const outerAddress = async () => {
    const [, host] = Object.entries((await proxy()).networks).find(([name]) => name.endsWith('-out'))!;
    return { host, port: 3128 };
  };
  const until = async (condition: () => boolean | Promise<boolean>) => {
    while (!(await condition())) await delay(50);
  };
  const cutOffs = async () =>
    (await core.service.securityLog(workspace.id)).filter(({ cause }) => cause === 'cutOff').length;

  it('has its proxy back when somebody else paused it, and tells that it was cut off', async () => {
    const before = await proxy();
    const told = await cutOffs();
    await docker.pauseContainer(before.id);
    await until(async () => (await proxy()).state.kind === 'running');
    assert.equal((await proxy()).id, before.id);
    assert.equal(await cutOffs(), told + 1);
  });

  it('tells of a tunnel that stays open, and that its proxy was killed meanwhile', async () => {
    const hello = `CONNECT ${known}:443 HTTP/1.1\r\nHost: ${known}:443\r\n\r\n`;
    const tunnel = internet.hold(await outerAddress(), hello, 60_000);
    await until(() => core.egress.names(workspace.id).some(({ port }) => port === 443));
    const isTold = async (what: string) =>
      (await core.timeline.entries(workspace.id)).some(({ text }) =>
        text.startsWith(`CONNECT ${known}: ${what}`),
      );
    await until(() => isTold('allowed, and open still'));
    await docker.killContainer((await proxy()).id);
    assert.equal(await tunnel, 'closed');
    await until(() => isTold('allowed, and cut off as its proxy ended'));
  });

  it('survives 10,000 tries at once, of which it tells a few and how many more there were', async () => {
    const [connections, each] = [10, 1000];
    const request = (host: string) => `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    const at = await outerAddress();
    const floods = Array.from({ length: connections }, (_, connection) => {
      const hosts = Array.from({ length: each }, (_, index) => `n${index}.c${connection}.example.test`);
      return internet.exchange(at, hosts.map(request).join(''));
    });
    const refused = (await Promise.all(floods)).map((said) => said.match(/HTTP\/1\.1 403/g)?.length);
    assert.deepEqual(refused, Array(connections).fill(each));
    const told = () =>
      news.reduce(
        (sum, { tries, others }) =>
          sum + others.allowed + others.denied + tries.reduce((all, { count }) => all + count, 0),
        0,
      );
    await until(() => told() >= connections * each);
    // of those let through as many, of which one may be told late that ended before
    const deniedOf = ({ tries }: EgressNews) => tries.filter(({ verdict }) => verdict === 'denied');
    assert.ok(news.every((each) => deniedOf(each).length <= 20));
    const denied = core.egress.names(workspace.id).filter(({ counts }) => counts.allowed === 0);
    assert.equal(denied.length, 500);
  });

  it('keeps little of a log of 1 GB, and reads it to its end within little memory', async () => {
    const { id } = await proxy();
    const heldMiB = () => {
      const { heapUsed, external } = process.memoryUsage();
      return (heapUsed + external) / 2 ** 20;
    };
    const before = heldMiB();
    let most = before;
    const written = 500_000;
    // tries are read each by itself, and what is none is passed over
    const [line = ''] = tryLine('log.example.test', 'rule').split('\n');
    const watching = setInterval(() => (most = Math.max(most, heldMiB())), 20).unref();
    const writing = await docker.startProcess({
      containerId: id,
      command: [
        ...['sh', '-c'],
        `yes '${line}' | head -n ${written} >/proc/1/fd/1; yes ${'x'.repeat(16_000)} | head -c 1G >/proc/1/fd/1; echo >/proc/1/fd/1`,
      ],
      ...{ cwd: '/', env: {}, stdin: false },
    });
    for (const output of [writing.stdout, writing.stderr]) output.resume();
    assert.equal(await writing.exitCode, 0);
    assert.ok(await reaches(known));
    await until(() => news.some(({ tries }) => tries.some(({ host }) => host === known)));
    const counted = core.egress.names(workspace.id).find(({ host }) => host === 'log.example.test');
    // an engine keeps so little of it that some are gone before they are read
    assert.ok(counted && counted.counts.denied > 10_000 && counted.counts.denied <= written);
    // what a window reads that is opened now
    await core.egressRules.tried(workspace.id);
    clearInterval(watching);
    assert.ok(most - before < 128, `${most - before} MiB`);
    const folder = join(dirname(engine.socketPath), 'data', 'containers', id);
    const files = (await fs.readdir(folder)).filter((name) => name.includes('-json.log'));
    const sizes = await Promise.all(files.map(async (name) => (await fs.stat(join(folder, name))).size));
    assert.ok(sizes.length === 2 && Math.max(...sizes) < 11_000_000, sizes.join(' '));
  });
});
