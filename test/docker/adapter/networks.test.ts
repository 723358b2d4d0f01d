import assert from 'node:assert/strict';
import Docker from 'dockerode';
import type { ContainerEngine } from '../../../src/workspaces/containerEngine.ts';
import { failsWith, testEngine, testNetwork, type TestEngine } from '../../support/engine.ts';

/** What they let through is tried in `test/docker/hostile`. */
describe('networks of a real engine', function () {
  this.timeout(60_000);
  let test: TestEngine;
  let engine: ContainerEngine;
  let docker: Docker;

  before(async () => {
    test = await testEngine();
    ({ engine } = test);
    docker = new Docker({ socketPath: test.socketPath });
  });
  after(() => test.dispose());

  const ownOf = async (workspaceId: string) =>
    (await engine.listNetworks()).filter((network) => network.workspaceId === workspaceId);

  it('uses the network of a workspace again, unless it is of another kind', async () => {
    const workspaceId = test.newWorkspaceId();
    const open = await engine.createNetwork(testNetwork(workspaceId, false));
    assert.equal(await engine.createNetwork(testNetwork(workspaceId, false)), open);
    const isolated = await engine.createNetwork(testNetwork(workspaceId, true));
    assert.notEqual(isolated, open);
    assert.equal(await engine.createNetwork(testNetwork(workspaceId, true)), isolated);
    assert.equal(
      (await ownOf(workspaceId)).some(({ id }) => id === open),
      false,
    );
    await engine.removeNetwork(isolated);
    await engine.removeNetwork(isolated);
  });

  it('leaves nothing of an isolated network, whose other end is a network too', async () => {
    const workspaceId = test.newWorkspaceId();
    const networkId = await engine.createNetwork(testNetwork(workspaceId, true));
    await test.startContainer({ workspaceId, network: 'own' }, networkId);
    assert.equal((await ownOf(workspaceId)).length, 2);
    await engine.removeEverythingOf(workspaceId);
    assert.deepEqual(await ownOf(workspaceId), []);
  });

  it('makes more networks than an engine has pools for, around one of somebody else', async () => {
    const foreign = await docker.createNetwork({
      Name: 'test-foreign-range',
      IPAM: { Config: [{ Subnet: '10.213.0.0/17' }] },
    });
    const ids = Array.from({ length: 40 }, () => test.newWorkspaceId());
    try {
      await Promise.all(ids.map((id) => engine.createNetwork(testNetwork(id, false))));
      const networks = (await docker.listNetworks({
        filters: { label: ['cordon.managed=true'] },
      })) as { Labels: Record<string, string>; IPAM: { Config: { Subnet: string }[] } }[];
      const subnets = networks
        .filter(({ Labels }) => ids.includes(Labels['cordon.workspace.id'] ?? ''))
        .map(({ IPAM }) => IPAM.Config[0]?.Subnet ?? '');
      assert.equal(new Set(subnets).size, ids.length);
      for (const subnet of subnets) assert.match(subnet, /^10\.213\.(?:12[89]|1[3-9]\d|2\d\d)\.\d+\/28$/);
    } finally {
      await foreign.remove();
      await Promise.all(ids.map((id) => engine.removeEverythingOf(id)));
    }
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
