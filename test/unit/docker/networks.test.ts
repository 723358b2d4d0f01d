import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { openClient } from '../../../src/docker/engineClient.ts';
import { Networks } from '../../../src/docker/networks.ts';
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
  return { networks: new Networks(client.api('1.41'), facts), stored, close };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

describe('a network that the engine made', () => {
  const open = testNetwork('w1', false);
  const isolated = testNetwork('w1', true);

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
