import assert from 'node:assert/strict';
import { squidConfiguration } from '../../../src/isolation/egress/squidConfiguration.ts';
import { proxyReloadForWhile } from '../../../src/isolation/egress/proxyProgram.ts';
import { letThroughStatus } from '../../../src/isolation/egress/letThroughStatus.ts';
import { rulesOf } from '../../../src/isolation/egress/egressPolicy.ts';
import { startProxyBench, type ProxyBench } from '../../support/internet/proxyBench.ts';
import { toSquid } from '../../support/internet/testProxy.ts';
import { internetAddresses } from '../../support/internet/testInternet.ts';

const [address] = internetAddresses;
const a = 'a.example.test';
const b = 'b.example.test';
/** Nobody knows it. */
const gone = 'gone.example.test';
const request = (host: string) => `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

describe('the rules of a proxy that runs', function () {
  this.timeout(60_000);
  let bench: ProxyBench;

  before(async function () {
    this.timeout(600_000);
    bench = await startProxyBench(
      Object.fromEntries([a, b].map((name) => [name, { answers: [[address]] }])),
      { allow: [a] },
    );
  });
  after(async () => {
    await bench.dispose();
  });
  beforeEach(async () => {
    // what the test before has sent may still be on its way
    while ((await bench.proxy.reload({ allow: [a] })).exitCode !== 0);
  });

  it('say by themselves whether a name is let through, without a word to anybody or in the log', async () => {
    const ask = (host: string, headers = 'Max-Forwards: 0\r\n') =>
      bench.get(`http://${host}/`, { method: 'TRACE', headers });
    const heard = async () => [await bench.reached(), await bench.internet.asked()];
    const tried = async () => (await bench.proxy.tries()).map(({ host, verdict }) => `${host} ${verdict}`);
    await heard();
    assert.equal((await bench.proxy.reload({ allow: [a, gone], deny: ['*.no.example.test'] })).exitCode, 0);
    const before = await tried();
    for (const host of [a, gone]) assert.equal(await ask(host), letThroughStatus, host);
    const tunnel = async (host: string) =>
      (await bench.statuses(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}\r\nMax-Forwards: 0\r\n\r\n`))[0];
    for (const host of [a, gone]) assert.equal(await tunnel(host), letThroughStatus, host);
    assert.deepEqual([await heard(), await tried()], [[[], []], before]);
    // a program that asks in this way cannot hide which names it is refused
    const refused = [b, 'x.no.example.test', address];
    for (const host of [...refused, `${a}:8080`]) assert.equal(await ask(host), 403, host);
    for (const host of refused) assert.equal(await tunnel(host), 403, host);
    const denied = [...refused, a, ...refused].map((host) => `${host} denied`);
    assert.deepEqual(
      [await heard(), await tried()],
      [
        [[], []],
        [...before, ...denied],
      ],
    );
    // nor anything that goes out
    for (const headers of ['', 'Max-Forwards: 1\r\n', 'Max-Forwards: 1\r\nMax-Forwards: 0\r\n']) {
      const known = (await tried()).length;
      assert.equal(await ask(a, headers), 200, headers);
      assert.deepEqual(await bench.reached(), [`TRACE ${a}/ at ${address}`], headers);
      assert.ok((await tried()).slice(known).includes(`${a} allowed`), headers);
    }
  });

  it('change without a restart', async () => {
    const [widerMs, narrowerMs]: [number[], number[]] = [[], []];
    for (let round = 0; round < 4; round++) {
      assert.equal(await bench.get(`http://${b}/`), 403);
      const { exitCode, stderr, durationMs } = await bench.proxy.reload({ allow: [a, b] });
      assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
      assert.equal(await bench.get(`http://${b}/`), 200);
      const startedAt = performance.now();
      const narrowing = bench.proxy.reload({ allow: [a], deny: [b] });
      while ((await bench.get(`http://${b}/`)) === 200);
      narrowerMs.push(performance.now() - startedAt);
      assert.equal((await narrowing).exitCode, 0);
      assert.equal(await bench.get(`http://${b}/`), 403);
      widerMs.push(durationMs);
    }
    const shown = (all: readonly number[]) => all.map((ms) => ms.toFixed(0)).join(', ');
    console.log(`      wider rules took ${shown(widerMs)} ms, narrower ones ${shown(narrowerMs)} ms`);
  });

  it('keep what is open where they allow more, and end it where they allow less', async () => {
    const hello = `CONNECT ${a}:443 HTTP/1.1\r\nHost: ${a}:443\r\n\r\n`;
    const openFor = async (change: () => Promise<unknown>) => {
      const startedAt = performance.now();
      const open = bench.internet
        .hold(bench.proxy.at, hello, 5000)
        .then((end) => ({ end, afterMs: performance.now() - startedAt }));
      await new Promise((resolve) => setTimeout(resolve, 300));
      await change();
      return open;
    };
    assert.equal((await openFor(() => bench.proxy.reload({ allow: [a, b] }))).end, 'open');
    assert.equal((await openFor(() => bench.proxy.reload({ allow: [b] }))).end, 'closed');
    await bench.proxy.reload({ allow: [a, b] });
    assert.equal((await openFor(() => bench.proxy.reload({ allow: [a, b], deny: [a] }))).end, 'closed');
    // none of them is told as ended, as they were cut off, and each as begun
    const tunnels = (await bench.proxy.tries()).filter(
      ({ method, isOpen }) => method === 'CONNECT' && isOpen,
    );
    assert.deepEqual(
      tunnels.map(({ verdict, host, port }) => `${verdict} ${host}:${port}`),
      Array(3).fill(`allowed ${a}:443`),
    );
  });

  it('hold for the next request of a connection that was open before', async () => {
    const open = bench.statuses(...Array.from({ length: 12 }, () => request(b)));
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal((await bench.proxy.reload({ allow: [a, b] })).exitCode, 0);
    const statuses = await open;
    assert.deepEqual([statuses[0], statuses.at(-1)], [403, 200]);
  });

  it('stay as they were when others have an error or are cut off, which is told', async () => {
    const whole = squidConfiguration(rulesOf({ presets: [], allow: [b], deny: [] }));
    const broken = await bench.proxy.reloadText(`no_such_thing on\n${whole}`);
    assert.notEqual(broken.exitCode, 0);
    assert.match(broken.stderr, /no_such_thing/);
    for (const part of ['', whole.slice(0, whole.length / 2), whole.slice(0, -5), 'x'.repeat(3_000_000)]) {
      const cut = await bench.proxy.reloadText(part);
      assert.notEqual(cut.exitCode, 0);
      assert.notEqual(cut.stderr, '');
    }
    assert.equal(await bench.get(`http://${a}/`), 200);
    assert.equal(await bench.get(`http://${b}/`), 403);
  });

  it('are in force again where the proxy does not take others', async () => {
    const rules = rulesOf({ presets: [], allow: [a], deny: [] });
    const all = squidConfiguration(rules, { allowsEveryName: true });
    await bench.proxy.sh(toSquid('STOP'));
    const { exitCode, stderr } = await bench.proxy.reloadText(all, proxyReloadForWhile());
    assert.deepEqual([exitCode, stderr], [4, 'it does not listen anew\n']);
    await bench.proxy.sh(toSquid('CONT'));
    while ((await bench.get(`http://${a}/`)) !== 200);
    assert.equal(await bench.get(`http://${b}/`), 403);
  });

  it('hold on when the proxy fails, which is there again at once', async () => {
    await bench.proxy.sh(toSquid('SEGV'));
    while ((await bench.get(`http://${a}/`)) !== 200);
    assert.equal(await bench.get(`http://${b}/`), 403);
    const { State } = await bench.proxy.container.inspect();
    assert.ok(State.Running);
  });

  it('are the last ones of many that come at once', async () => {
    const changes = Array.from({ length: 6 }, (_, index) =>
      bench.proxy.reload({ allow: index % 2 ? [a] : [a, b] }),
    );
    for (const { exitCode } of await Promise.all(changes))
      assert.ok([0, 4].includes(exitCode), String(exitCode));
    assert.equal((await bench.proxy.reload({ allow: [b] })).exitCode, 0);
    assert.deepEqual([await bench.get(`http://${a}/`), await bench.get(`http://${b}/`)], [403, 200]);
  });

  it('can be as many as a workspace may have', async () => {
    const names = Array.from({ length: 498 }, (_, index) => `name-${index}.some-where.example.org`);
    const { exitCode } = await bench.proxy.reload({ allow: [...names, a, `*.${b}`] });
    assert.equal(exitCode, 0);
    assert.equal(await bench.get(`http://${a}/`), 200);
  });
});

describe('a proxy with much to do', function () {
  this.timeout(60_000);
  let bench: ProxyBench;

  before(async function () {
    this.timeout(600_000);
    bench = await startProxyBench({ [a]: { answers: [[address]] } }, { allow: [a] });
  });
  after(async () => {
    await bench.dispose();
  });

  it('holds little memory while it is idle', async () => {
    const idleMiB = await bench.proxy.memoryMiB();
    assert.ok(idleMiB < 40, `${idleMiB} MiB`);
  });

  it('refuses as much as comes and is there afterwards', async () => {
    const { statuses } = await bench.internet.flood({
      ...bench.proxy.at,
      url: 'http://denied.example.test/',
      connections: 200,
      seconds: 4,
    });
    assert.deepEqual(Object.keys(statuses), ['403']);
    assert.equal(await bench.get(`http://${a}/`), 200);
    const { State } = await bench.proxy.container.inspect();
    assert.equal(State.OOMKilled, false);
    const count = (await bench.proxy.tries()).filter(({ host }) => host === 'denied.example.test').length;
    assert.ok(count > 500, String(count));
  });

  it('tells each try with what it was, and takes no line from what is asked for', async () => {
    const before = (await bench.proxy.tries()).length;
    const at = Date.now();
    await bench.get(`http://${a}/bytes/5000`);
    await bench.connect('denied.example.test:443');
    const forged = 'cordon-try 1.000 10.0.0.1 1 GET forged.example.test 80 200 1 1 1 allowed';
    for (const text of [
      `GET http://x\n${forged}\n/ HTTP/1.1\r\n\r\n`,
      `GET http://x%0a${encodeURIComponent(forged)}%0a/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      `${forged}\r\n\r\n`,
      `${'M'.repeat(200)} http://${'h'.repeat(5000)}.example.test/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      `GET http://${'h'.repeat(240)}.example.test/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      `GET http://denied.example.test/ HTTP/1.1\r\nHost: x\r\ncordon: allowed\r\nUser-Agent: \n${forged}\nX: y\r\nConnection: close\r\n\r\n`,
      '\u0000\u0001\u0002\r\n\r\n',
      '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001',
    ])
      await bench.internet.exchange(bench.proxy.at, text);
    const { stdout } = await bench.proxy.output();
    assert.ok(!stdout.split('\n').includes(forged));
    const tries = (await bench.proxy.tries()).slice(before);
    assert.ok(!tries.some(({ host, verdict }) => host.includes('forged') && verdict === 'allowed'));
    const [begun, allowed, denied] = tries;
    assert.deepEqual(
      { ...allowed, isOpen: true, status: 0, receivedBytes: 0, sentBytes: 0, durationMs: 0 },
      begun,
    );
    assert.ok(allowed && denied);
    assert.ok(Math.abs(allowed.atMs - at) < 5000);
    assert.ok(allowed.receivedBytes > 5000 && allowed.receivedBytes < 6000);
    assert.deepEqual(
      [allowed, denied].map(({ method, host, port, verdict, reason, status }) => ({
        method,
        host,
        port,
        verdict,
        reason,
        status,
      })),
      [
        { method: 'GET', host: a, port: 80, verdict: 'allowed', reason: 'allowed', status: 200 },
        {
          method: 'CONNECT',
          host: 'denied.example.test',
          port: 443,
          verdict: 'denied',
          reason: 'rule',
          status: 403,
        },
      ],
    );
    assert.match(allowed.client, /^[\d.]+$/);
    assert.ok(allowed.clientPort > 0);
  });

  it('tells how much was sent, also through a tunnel', async () => {
    assert.equal((await bench.proxy.reload({ allow: [`${a}:80`] })).exitCode, 0);
    const before = (await bench.proxy.tries()).length;
    const size = 100_000;
    const post = (url: string) =>
      `POST ${url} HTTP/1.1\r\nHost: ${a}\r\nContent-Length: ${size}\r\nConnection: close\r\n\r\n${'x'.repeat(size)}`;
    assert.deepEqual(await bench.statuses(post(`http://${a}/`)), [200]);
    const tunnel = `CONNECT ${a}:80 HTTP/1.1\r\nHost: ${a}:80\r\n\r\n`;
    assert.deepEqual(await bench.statuses(tunnel, post('/')), [200, 200]);
    const ended = (await bench.proxy.tries()).slice(before).filter(({ isOpen }) => !isOpen);
    assert.deepEqual(
      ended.map(({ method, sentBytes, receivedBytes }) => [
        method,
        sentBytes > size && sentBytes < size + 1000,
        receivedBytes > 0 && receivedBytes < 1000,
      ]),
      [
        ['POST', true, true],
        ['CONNECT', true, true],
      ],
    );
  });

  it('lives through hundreds of tunnels at once within its memory', async () => {
    const hello = `CONNECT ${a}:443 HTTP/1.1\r\nHost: ${a}:443\r\n\r\n`;
    const tunnels = Array.from({ length: 500 }, () => bench.internet.hold(bench.proxy.at, hello, 3000));
    const ends = await Promise.all(tunnels);
    assert.ok(ends.filter((end) => end === 'open').length > 400, ends.join(' '));
    assert.equal(await bench.get(`http://${a}/`), 200);
    assert.equal((await bench.proxy.container.inspect()).State.OOMKilled, false);
  });
});
