import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import Docker from 'dockerode';
import type { ContainerEngine } from '../../../src/workspaces/containerEngine.ts';
import { failsWith, shell, testEngine, testNetwork, type TestEngine } from '../../support/engine.ts';

describe('networks of a real engine', function () {
  this.timeout(60_000);
  let test: TestEngine;
  let engine: ContainerEngine;
  let docker: Docker;
  let hostServer: Server;

  before(async () => {
    test = await testEngine();
    ({ engine } = test);
    docker = new Docker({ socketPath: test.socketPath });
    hostServer = createServer((_, answer) => answer.end('host reached')).listen(0, '0.0.0.0');
    await once(hostServer, 'listening');
  });
  after(async () => {
    hostServer.close();
    await test.dispose();
  });

  /** A container with its own network and a server in it. */
  async function workspaceWithServer(isolated: boolean) {
    const workspaceId = test.newWorkspaceId();
    const networkId = await engine.createNetwork(testNetwork(workspaceId, isolated));
    const id = await test.startContainer(
      {
        workspaceId,
        network: 'own',
        command: ['sh', '-c', 'while true; do echo workspace reached | nc -l -p 8000; done'],
      },
      networkId,
    );
    const { NetworkSettings } = await docker.getContainer(id).inspect();
    const [endpoint] = Object.values(NetworkSettings.Networks);
    const [config] = (
      (await docker.getNetwork(networkId).inspect()) as { IPAM: { Config: { Gateway: string }[] } }
    ).IPAM.Config;
    return { id, address: endpoint!.IPAddress, gateway: config!.Gateway.split('/')[0]! };
  }

  const reach = async (id: string, address: string, port: number) =>
    (await shell(engine, id, `echo x | timeout 3 nc -w 2 ${address} ${port}; true`)).stdout;
  const fetchFrom = async (id: string, address: string) =>
    (await shell(engine, id, `timeout 3 wget -q -O - http://${address}:${hostPort()}/; true`)).stdout;
  const hostPort = () => (hostServer.address() as AddressInfo).port;

  it('lets an open workspace reach out, and no other workspace', async () => {
    const [one, other] = [await workspaceWithServer(false), await workspaceWithServer(false)];
    assert.equal(await reach(one.id, '127.0.0.1', 8000), 'workspace reached\n');
    assert.equal(await fetchFrom(one.id, one.gateway), 'host reached');
    assert.equal(await reach(one.id, other.address, 8000), '');
  });

  it('keeps an isolated workspace from the host, every other workspace and everything else', async () => {
    const isolated = await workspaceWithServer(true);
    const [open, otherIsolated] = [await workspaceWithServer(false), await workspaceWithServer(true)];
    assert.equal(await reach(isolated.id, '127.0.0.1', 8000), 'workspace reached\n');
    const bridge = (await docker.getNetwork('bridge').inspect()) as {
      IPAM: { Config: { Gateway?: string }[] };
    };
    const ofHost = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    const hostAddresses = [
      isolated.gateway,
      open.gateway,
      bridge.IPAM.Config[0]?.Gateway ?? '172.17.0.1',
      ...ofHost
        .filter(({ family, internal }) => family === 'IPv4' && !internal)
        .map(({ address }) => address)
        .slice(0, 3),
    ];
    const answers = await Promise.all([
      ...hostAddresses.map((address) => fetchFrom(isolated.id, address)),
      ...[open, otherIsolated].map(({ address }) => reach(isolated.id, address, 8000)),
    ]);
    assert.equal(answers.join(''), '');
    // Something of the network that the host is in may answer at this address; the workspace does not.
    assert.doesNotMatch(await reach(open.id, isolated.address, 8000), /workspace reached/);
  });

  it('uses the network of a workspace again, unless it is of another kind', async () => {
    const workspaceId = test.newWorkspaceId();
    const open = await engine.createNetwork(testNetwork(workspaceId, false));
    assert.equal(await engine.createNetwork(testNetwork(workspaceId, false)), open);
    const isolated = await engine.createNetwork(testNetwork(workspaceId, true));
    assert.notEqual(isolated, open);
    const own = (await engine.listNetworks()).filter((network) => network.workspaceId === workspaceId);
    assert.deepEqual(
      own.map(({ id }) => id),
      [isolated],
    );
    await engine.removeNetwork(isolated);
    await engine.removeNetwork(isolated);
  });

  it('never touches a network of somebody else that has the name', async () => {
    const spec = testNetwork(test.newWorkspaceId(), false);
    const foreign = await docker.createNetwork({ Name: spec.name });
    try {
      await assert.rejects(engine.createNetwork(spec), failsWith('conflict', new RegExp(spec.name)));
      await engine.removeNetwork(foreign.id);
      await engine.removeEverythingOf(spec.workspaceId);
      assert.equal(((await foreign.inspect()) as { Name: string }).Name, spec.name);
    } finally {
      await foreign.remove();
    }
  });
});
