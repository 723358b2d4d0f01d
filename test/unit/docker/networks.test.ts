import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { openClient } from '../../../src/docker/engineClient.ts';
import { Networks } from '../../../src/docker/networks.ts';
import type { NetworkAddresses } from '../../../src/docker/ownSubnets.ts';
import { overlaps, parseSubnet } from '../../../src/shared/subnet.ts';
import { failsWith, testNetwork } from '../../support/engine.ts';
import { startFakeEngine } from '../../support/fakeEngineServer.ts';

interface Stored extends Record<string, unknown> {
  Id: string;
  Name: string;
  Driver: string;
}

const facts = {
  info: { apiVersion: '1.41', cpus: 1, rootless: false, product: 'Test', support: { apparmor: false } },
  kernel: { major: 6, minor: 1 },
  kernelHasIpv6: true,
};

/** An engine that makes networks as it likes: `change` is what becomes of the wish, or a refusal. */
async function networksOf(
  change: (wish: Stored) => Stored | { readonly status: number; readonly message: string },
  addresses: NetworkAddresses = { range: () => '', takenHere: () => Promise.resolve([]) },
) {
  const stored = new Map<string, Stored>();
  const answer = (response: ServerResponse, status: number, value?: unknown) => {
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(value === undefined ? '' : JSON.stringify(value));
  };
  const server = await startFakeEngine((request, response) => {
    void (async () => {
      const [, , , id = ''] = new URL(request.url ?? '', 'http://engine').pathname.split('/');
      if (request.method === 'POST') {
        const wish = (await bodyOf(request)) as Stored;
        if ([...stored.values()].some(({ Name }) => Name === wish.Name)) {
          answer(response, 409, { message: `network with name ${wish.Name} already exists` });
          return;
        }
        const made = change({ ...wish, Id: `id-${wish.Name}` });
        if ('status' in made) answer(response, Number(made.status), made);
        else {
          stored.set(made.Id, made);
          answer(response, 201, { Id: made.Id });
        }
      } else if (request.method === 'DELETE') answer(response, stored.delete(id) ? 204 : 404);
      else if (id === '') answer(response, 200, [...stored.values()]);
      else answer(response, stored.has(id) ? 200 : 404, stored.get(id) ?? { message: 'no such network' });
    })();
  });
  const client = await openClient({
    endpoint: server.endpoint,
    chosenBecause: 'test',
    isExplicit: true,
    target: { kind: 'socket', path: server.socketPath },
  });
  const close = async () => {
    client.dispose();
    await server.close();
  };
  return { networks: new Networks(client.api('1.41'), facts, addresses), stored, close };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

describe('a network that the engine made', () => {
  const open = testNetwork('w1', false);
  const isolated = testNetwork('w1', true);

  it('is listed for its workspace alone, and nobody else’s, also by an engine that passes over filters', async () => {
    const { networks, stored, close } = await networksOf((wish) => wish);
    const labels = { 'cordon.managed': 'true', 'cordon.workspace.id': 'w1' };
    const put = (Id: string, Labels: object) =>
      stored.set(Id, { Id, Name: Id, Driver: 'bridge', Created: '', Labels });
    put('own', labels);
    put('another', { ...labels, 'cordon.workspace.id': 'w2' });
    put('foreign', { ...labels, 'cordon.managed': 'no' });
    const idsOf = async (id?: string) => (await networks.listNetworks(id)).map((network) => network.id);
    assert.deepEqual([await idsOf('w1'), await idsOf()], [['own'], ['own', 'another']]);
    assert.deepEqual(
      (await networks.findNetworks('w1')).map(({ name }) => name),
      ['own'],
    );
    await close();
  });

  it('serves when it is what was asked for, and again', async () => {
    const { networks, stored, close } = await networksOf((wish) => wish);
    try {
      assert.equal(await networks.createNetwork(isolated), 'id-cordon-w1');
      assert.equal(await networks.createNetwork(isolated), 'id-cordon-w1');
      assert.deepEqual([...stored.keys()], ['id-cordon-w1-end', 'id-cordon-w1']);
    } finally {
      await close();
    }
  });

  const deviations: Record<string, [boolean, (wish: Stored) => Stored]> = {
    'is not internal': [true, (wish) => ({ ...wish, Internal: false })],
    'does not say whether it is internal': [true, ({ Internal: _, ...wish }) => wish],
    'is of another driver': [true, (wish) => ({ ...wish, Driver: 'bridge' })],
    'has no option of ours': [true, (wish) => ({ ...wish, Options: {} })],
    'has another parent': [
      true,
      (wish) => ({ ...wish, Options: { ...Object(wish['Options']), parent: 'eth0' } }),
    ],
    'has IPv6': [false, (wish) => ({ ...wish, EnableIPv6: true })],
    'lets containers talk to each other': [
      false,
      (wish) => ({ ...wish, Options: { 'com.docker.network.bridge.enable_icc': 'true' } }),
    ],
  };
  for (const [what, [isIsolated, change]] of Object.entries(deviations))
    it(`is removed and refused when it ${what}`, async () => {
      const { networks, stored, close } = await networksOf((wish) =>
        wish.Driver === 'bridge' && isIsolated ? wish : change(wish),
      );
      try {
        await assert.rejects(
          networks.createNetwork(isIsolated ? isolated : open),
          failsWith('isolationNotHeld', /none/),
        );
        assert.equal(stored.has('id-cordon-w1'), false);
      } finally {
        await close();
      }
    });

  for (const message of [
    'operation not supported',
    'plugin "macvlan" not found',
    'parent interface does not exist',
  ])
    it(`is refused as not isolated by an engine that says: ${message}`, async () => {
      const { networks, close } = await networksOf((wish) =>
        wish.Driver === 'macvlan' ? { status: 500, message } : wish,
      );
      try {
        await assert.rejects(networks.createNetwork(isolated), failsWith('isolationNotHeld', /none/));
      } finally {
        await close();
      }
    });

  it('gives way to the older one of the same name that another window made at the same moment', async () => {
    const older = '2026-01-01T00:00:00.1Z';
    const younger = '2026-01-01T00:00:00.2Z';
    for (const [ofOther, ofOurs, expected] of [
      [older, younger, 'id-of-other'],
      [younger, older, 'id-cordon-w1'],
    ] as const) {
      const { networks, stored, close } = await networksOf((wish) => {
        stored.set('id-of-other', { ...wish, Id: 'id-of-other', Created: ofOther });
        return { ...wish, Created: ofOurs };
      });
      try {
        assert.equal(await networks.createNetwork(open), expected);
        assert.equal(stored.has('id-cordon-w1'), expected === 'id-cordon-w1');
      } finally {
        await close();
      }
    }
  });

  it('is made anew when another container has joined what was left', async () => {
    const { networks, stored, close } = await networksOf((wish) => wish);
    try {
      await networks.createNetwork(open);
      const left = stored.get('id-cordon-w1');
      assert.ok(left);
      // the answer about all networks does not name them
      stored.set('id-cordon-w1', { ...left, Containers: { other: {} } });
      await networks.createNetwork(open);
      assert.equal(stored.get('id-cordon-w1')?.['Containers'], undefined);
    } finally {
      await close();
    }
  });
});

describe('the subnet of a network', () => {
  /** Room for two networks. */
  const range = '10.9.8.0/27';
  const here = (...taken: string[]) => ({
    range: () => range,
    takenHere: () => Promise.resolve(taken.map((text) => parseSubnet(text)!)),
  });
  const subnetOf = (network: Stored | undefined) =>
    (network?.['IPAM'] as { Config: { Subnet: string }[] } | undefined)?.Config[0]?.Subnet;
  /** As engines do: no two networks with one address, unless they choose the addresses themselves. */
  const engineThatRefuses = (taken: string[], addresses: NetworkAddresses) =>
    networksOf((wish) => {
      const subnet = subnetOf(wish);
      if (subnet === undefined) return wish;
      if (taken.some((other) => overlaps(parseSubnet(other)!, parseSubnet(subnet)!)))
        return { status: 403, message: 'invalid pool request: Pool overlaps with other one' };
      taken.push(subnet);
      return wish;
    }, addresses);

  it('lies in the range and is only its own, also of many that are made at once', async () => {
    const addresses = { ...here(), range: () => '10.9.0.0/20' };
    const { networks, stored, close } = await engineThatRefuses([], addresses);
    try {
      await Promise.all(
        Array.from({ length: 100 }, (_, index) => networks.createNetwork(testNetwork(`w${index}`, false))),
      );
      const subnets = [...stored.values()].map((network) => subnetOf(network) ?? '');
      assert.equal(new Set(subnets).size, 100);
      for (const subnet of subnets) assert.match(subnet, /^10\.9\.(?:\d|1[0-5])\.\d+\/28$/);
    } finally {
      await close();
    }
  });

  it('is given to the network of an isolated workspace too, above the reserved one', async () => {
    const { networks, stored, close } = await engineThatRefuses([], here());
    try {
      await networks.createNetwork(testNetwork('w1', true));
      assert.match(subnetOf(stored.get('id-cordon-w1')) ?? '', /^10\.9\.8\.(?:0|16)\/28$/);
      assert.match(subnetOf(stored.get('id-cordon-w1-end')) ?? '', /^2[45]\d\..*\/30$/);
    } finally {
      await close();
    }
  });

  it('steps around this machine, networks of somebody else and what the engine does not list', async () => {
    for (const [listed, unlisted, host, expected] of [
      [[], [], ['10.9.8.7/32'], '10.9.8.16/28'],
      [['10.9.8.24/30'], [], [], '10.9.8.0/28'],
      [[], ['10.9.8.0/28'], [], '10.9.8.16/28'],
      [[], ['10.9.8.16/28'], ['192.168.1.5/24'], '10.9.8.0/28'],
      // nothing left: the engine chooses
      [['10.9.0.0/16'], [], [], undefined],
      [[], ['10.0.0.0/8'], [], undefined],
    ] as const) {
      const { networks, stored, close } = await engineThatRefuses([...listed, ...unlisted], here(...host));
      for (const [index, Subnet] of listed.entries())
        stored.set(`foreign${index}`, {
          ...{ Id: `foreign${index}`, Name: `foreign${index}`, Driver: 'bridge' },
          IPAM: { Config: [{ Subnet }, { Subnet: 'fd00::/64' }] },
        });
      try {
        await networks.createNetwork(testNetwork('w1', false));
        assert.equal(subnetOf(stored.get('id-cordon-w1')), expected);
      } finally {
        await close();
      }
    }
  });

  it('is not looked for any more when the engine refuses for another reason', async () => {
    let asked = 0;
    const { networks, close } = await networksOf(() => {
      asked += 1;
      return { status: 500, message: 'no space left on device' };
    }, here());
    try {
      await assert.rejects(
        networks.createNetwork(testNetwork('w1', false)),
        failsWith('engineFailed', /disk/),
      );
      assert.equal(asked, 1);
    } finally {
      await close();
    }
  });
});
