import assert from 'node:assert/strict';
import { Belongings } from '../../../src/docker/belongings.ts';
import { openClient } from '../../../src/docker/engineClient.ts';
import { Volumes } from '../../../src/docker/volumes.ts';
import { failsWith } from '../../support/engine.ts';
import { startFakeEngine } from '../../support/fakeEngineServer.ts';

const labelsOf = (workspaceId: string) => ({ 'cordon.managed': 'true', 'cordon.workspace.id': workspaceId });
/** Of each kind: one of the workspace, one of another, one of somebody else who uses our label, and one without any. */
const everything = ['container', 'network', 'volume'].map((kind) => [
  { Id: `${kind} of w1`, Name: `${kind} of w1`, Labels: labelsOf('w1') },
  { Id: `${kind} of w2`, Name: `${kind} of w2`, Labels: labelsOf('w2') },
  { Id: `foreign ${kind}`, Name: `foreign ${kind}`, Labels: { 'cordon.workspace.id': 'w1' } },
  { Id: `bare ${kind}`, Name: `bare ${kind}`, Labels: null },
]);

describe('what belongs to a workspace', () => {
  /** What is removed from an engine that passes over filters, and lists this. */
  async function removedOf([containers, networks, volumes]: readonly unknown[]) {
    const server = await startFakeEngine((request, response) => {
      const [, , kind = ''] = new URL(request.url ?? '', 'http://engine').pathname.split('/');
      const answer = { containers, networks, volumes: { Volumes: volumes } }[kind];
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
    const client = await openClient({
      endpoint: server.endpoint,
      chosenBecause: 'test',
      isExplicit: true,
      target: { kind: 'socket', path: server.socketPath },
    });
    const removed: string[] = [];
    const remove = (id: string) => Promise.resolve(void removed.push(id));
    try {
      const api = client.api('1.41');
      const all = new Volumes(api);
      await new Belongings(api, {
        containers: { removeContainer: remove },
        networks: { removeNetwork: remove },
        volumes: { listVolumes: (id) => all.listVolumes(id), removeVolume: remove },
      }).removeEverythingOf('w1');
      return removed;
    } finally {
      client.dispose();
      await server.close();
    }
  }

  it('goes, and nothing else, also from an engine that passes over filters', async () => {
    assert.deepEqual(await removedOf(everything), ['container of w1', 'network of w1', 'volume of w1']);
  });

  it('is not said to be gone when the engine cannot be understood', async () => {
    const [containers, , volumes] = everything;
    await assert.rejects(removedOf([{}, [], []]), failsWith('engineFailed', /containers/));
    await assert.rejects(
      removedOf([containers, [{ Name: 'w1' }], volumes]),
      failsWith('engineFailed', /networks/),
    );
  });
});
