import assert from 'node:assert/strict';
import { addressText, parseSubnet } from '../../../src/shared/subnet.ts';
import type { Workspace } from '../../../src/workspaces/workspace.ts';
import { ensureImages, squidImage } from '../../host/images.mjs';
import { hostileWorkspaces } from '../../support/hostileWorkspaces.ts';
import { startHostServer, type HostServer } from '../../support/hostServer.ts';

const ways = ['tcp,plain', 'tcp,bound', 'tcp,direct', 'udp,plain', 'udp,bound', 'udp,direct'];
const onWire = ['udp,plain', 'udp,bound', 'udp,direct'];
const serverPort = 8000;
/** Answers and remembers whoever comes, by TCP and UDP. */
const server = `
const seen = (line) => require('node:fs').appendFileSync('/tmp/received', line + '\\n');
require('node:net').createServer((s) => { seen('tcp ' + s.remoteAddress); s.on('error', () => {}).end('here\\n'); }).listen(${serverPort}, '0.0.0.0');
const udp = require('node:dgram').createSocket('udp4').on('message', (m, from) => {
  seen('udp ' + from.address); udp.send('here\\n', from.port, from.address);
}).bind(${serverPort}, '0.0.0.0', () => require('node:fs').appendFileSync('/tmp/received', ''));`;

/** First and last address of the small subnet around an address: the engine's end is the first. */
function endsOf(address: string): [string, string] {
  const { first, last } = parseSubnet(`${address}/28`)!;
  return [addressText(first + 1), addressText(last - 1)];
}

describe('a hostile program and the network', function () {
  this.timeout(60_000);
  let hostile: Awaited<ReturnType<typeof hostileWorkspaces>>;
  let host: HostServer;
  const open: Workspace[] = [];
  const isolated: Workspace[] = [];
  let none: Workspace;
  const addresses = new Map<Workspace, string>();

  before(async function () {
    this.timeout(600_000);
    hostile = await hostileWorkspaces();
    await ensureImages({ socketPath: hostile.socketPath, wanted: [squidImage] });
    const make = (name: string, profile: string, network: string) =>
      hostile.create({ name, profile, network });
    const made = await Promise.all([
      startHostServer(hostile.socketPath),
      make('open basic', 'basic', 'open'),
      make('open standard', 'standard', 'open'),
      make('isolated basic', 'basic', 'isolated'),
      make('isolated strict', 'strict', 'isolated'),
      make('none', 'strict', 'none'),
      make('filtered standard', 'standard', 'filtered'),
    ]);
    host = made[0];
    open.push(made[1], made[2]);
    isolated.push(made[3], made[4], made[6]);
    none = made[5];
    const serve = async (workspace: Workspace) => {
      hostile.keepRunning(workspace, `node -e "${server.replaceAll('\n', ' ')}"`);
      await hostile.sh(workspace, 'until [ -e /tmp/received ]; do sleep 0.05; done');
      const { out } = await hostile.sh(workspace, 'hostname -I');
      assert.match(out, /^\d+\.\d+\.\d+\.\d+$/);
      addresses.set(workspace, out);
    };
    await Promise.all([...open, ...isolated].map(serve));
  });
  after(async () => {
    await host.dispose();
    await hostile.dispose();
  });

  const reach = (from: Workspace, tries: readonly string[]) => hostile.tries(from, 'reach.pl', tries);
  const reached = (outcomes: ReadonlyMap<string, string>) =>
    [...outcomes].filter(([, outcome]) => outcome === 'reached').map(([name]) => name);
  /** Tries to reach a server of the host in every way, at every address that the host has or might have. */
  const hostTries = async (workspace: Workspace) => {
    const ofHost = await host.addresses();
    const own = addresses.get(workspace)!;
    const [gateways, bridges] = [endsOf(own), open.map((other) => endsOf(addresses.get(other)!)[0])];
    const v4 = [...new Set([...ofHost.filter((one) => !one.includes(':')), ...gateways, ...bridges])].slice(
      0,
      12,
    );
    const v6 = ofHost.filter((one) => one.includes(':')).slice(0, 8);
    return [
      ...v4.flatMap((address) => ways.map((way) => `${way},${address},${host.port}`)),
      ...v6.flatMap((address) =>
        ['tcp,plain', 'udp,plain', 'udp,bound'].map((way) => `${way},${address},${host.port}`),
      ),
    ];
  };

  it('lets an open workspace reach the host, so that the tries are worth something', async () => {
    const before = (await host.received()).length;
    for (const workspace of open) {
      const [gateway] = endsOf(addresses.get(workspace)!);
      const tries = ['tcp,plain', 'udp,plain', 'tcp,direct', 'udp,direct'].map(
        (way) => `${way},${gateway},${host.port}`,
      );
      assert.deepEqual(reached(await reach(workspace, tries)).sort(), tries.sort());
    }
    assert.equal((await host.received()).length, before + 8);
  });

  for (const index of [0, 1, 2])
    it(`keeps every address of the host from an isolated and a filtered workspace, by any kind of socket (${index})`, async () => {
      const workspace = isolated[index]!;
      const before = await host.received();
      const tries = await hostTries(workspace);
      assert.ok(tries.length >= 12, tries.join(' '));
      const outcomes = await reach(workspace, tries);
      assert.equal(outcomes.size, tries.length);
      assert.deepEqual(reached(outcomes), []);
      // What goes one way only is enough to carry secrets out.
      assert.deepEqual(await host.received(), before);
    });

  it('lets nothing that an isolated or filtered workspace calls out to everybody arrive at the host', async () => {
    const everybody = ['255.255.255.255', '224.0.0.1', '224.0.0.251'];
    const tries = everybody.flatMap((address) => onWire.map((way) => `${way},${address},${host.port}`));
    const before = await host.received();
    for (const workspace of [isolated[0]!, isolated[2]!]) {
      const outcomes = await reach(workspace, tries);
      assert.ok([...outcomes.values()].includes('no answer'), 'some are sent');
      assert.deepEqual(await host.received(), before);
    }
    await reach(open[0]!, tries);
    assert.notDeepEqual(await host.received(), before, 'the host would have heard it');
  });

  it('keeps every workspace from every other one, open or isolated, in both directions', async () => {
    const tryAll = async (from: Workspace) => {
      const own = `tcp,plain,${addresses.get(from)!},${serverPort}`;
      const others = [...addresses].filter(([other]) => other !== from).map(([, address]) => address);
      const tries = others.flatMap((address) => ways.map((way) => `${way},${address},${serverPort}`));
      assert.deepEqual(reached(await reach(from, [own, ...tries])), [own], from.name);
    };
    await Promise.all([...open, ...isolated].map(tryAll));
    for (const [workspace, address] of addresses)
      assert.equal((await hostile.sh(workspace, 'cat /tmp/received')).out, `tcp ${address}`, workspace.name);
  });

  it('knows no other workspace by name', async () => {
    for (const from of [open[0]!, isolated[0]!]) {
      const others = [...open, ...isolated].filter((other) => other !== from);
      const names = (await Promise.all(others.map((other) => hostile.sh(other, 'hostname')))).map(
        ({ out }) => out,
      );
      const ofEngine = others.map(({ id, name }) => `cordon-${name.replace(' ', '-')}-${id.slice(0, 8)}`);
      const all = [...names, ...ofEngine]
        .map((name) => `RES_OPTIONS='timeout:1 attempts:1' getent ahostsv4 ${name}`)
        .join(' & ');
      assert.equal((await hostile.sh(from, `${all} & wait`)).out, '', from.name);
      const own = await hostile.sh(from, 'getent ahostsv4 $(hostname) | head -1');
      assert.ok(own.out.startsWith(addresses.get(from)!), own.out);
    }
  });

  it('reaches nothing outside from an isolated workspace: no metadata address, no route, no name', async () => {
    const tries = ['169.254.169.254', '169.254.170.2', '192.0.2.1'].flatMap((address) =>
      ways.map((way) => `${way},${address},${way.startsWith('tcp') ? 80 : 53}`),
    );
    const tryAll = async (workspace: Workspace) => {
      assert.deepEqual(reached(await reach(workspace, tries)), []);
      assert.equal((await hostile.sh(workspace, 'getent ahostsv4 example.com')).out, '');
    };
    await Promise.all(isolated.map(tryAll));
    // fields are: interface, destination, gateway
    const { out } = await hostile.sh(isolated[0]!, 'tail -n +2 /proc/net/route');
    assert.deepEqual(
      out.split('\n').map((line) => line.split(/\s+/)[2]),
      ['00000000'],
      'no gateway',
    );
  });

  it('has no IPv6 beyond its loopback, and cannot switch it on', async () => {
    for (const workspace of [...open, ...isolated]) {
      const { out } = await hostile.sh(
        workspace,
        `cat /proc/net/if_inet6; cd /proc/sys/net/ipv6/conf 2>/dev/null || exit 0
         for one in *; do cat $one/disable_ipv6; (echo 0 > $one/disable_ipv6) 2>/dev/null && echo switched on; done`,
        '0:0',
      );
      assert.match(out, /^(1\n?)*$/, workspace.name);
    }
  });

  it('has nothing but its own loopback with the network "none"', async () => {
    assert.equal((await hostile.sh(none, 'ls /sys/class/net; tail -n +2 /proc/net/route')).out, 'lo');
    const before = await host.received();
    const tries = [...(await host.addresses()), ...addresses.values(), '169.254.169.254', '255.255.255.255'];
    const outcomes = await reach(
      none,
      tries
        .filter((one) => !one.includes(':'))
        .flatMap((address) => ways.map((way) => `${way},${address},${host.port}`)),
    );
    assert.deepEqual(reached(outcomes), []);
    assert.deepEqual(await host.received(), before);
  });
});
