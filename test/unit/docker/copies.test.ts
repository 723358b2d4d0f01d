import assert from 'node:assert/strict';
import { Copies } from '../../../src/docker/copies.ts';
import { openClient } from '../../../src/docker/engineClient.ts';
import { failsWith } from '../../support/engine.ts';
import { startFakeEngine } from '../../support/fakeEngineServer.ts';

const id = 'a'.repeat(32);
const copy = {
  Name: `cordon-copy-${id}`,
  Driver: 'local',
  Mountpoint: '/engine/copy',
  Options: null,
  Labels: { 'cordon.managed': 'true', 'cordon.role': 'copy', 'cordon.copy.of': id },
};
const withLabel = (name: string, value: unknown) => ({ ...copy, Labels: { ...copy.Labels, [name]: value } });

describe('copies in an engine that is strange', () => {
  /** Runs `work` with an engine that answers this, whatever is asked. */
  async function withAnswer<T>(answer: unknown, work: (copies: Copies) => Promise<T>): Promise<T> {
    const server = await startFakeEngine((_, response) => response.end(JSON.stringify(answer)));
    const target = { kind: 'socket', path: server.socketPath } as const;
    const client = await openClient({ endpoint: '', chosenBecause: '', isExplicit: true, target });
    const never = () => Promise.reject(new Error('never asked'));
    try {
      return await work(new Copies(client.api('1.41'), { removeContainer: never }, { use: never }));
    } finally {
      client.dispose();
      await server.close();
    }
  }

  it('are listed where they are ours, also by one that passes over filters', async () => {
    const others = [
      withLabel('cordon.managed', 'false'),
      withLabel('cordon.role', 'proxy'),
      withLabel('cordon.copy.of', 'b'.repeat(32)),
      withLabel('cordon.copy.of', 7),
      { ...withLabel('cordon.copy.of', '../x'), Name: 'cordon-copy-../x' },
      ...[{ ...copy, Labels: null }, { ...copy, Name: 'other' }, {}, null, 'text'],
    ];
    const list = (answer: unknown) => withAnswer(answer, (copies) => copies.listCopies());
    assert.deepEqual(await list({ Volumes: [...others, copy] }), [id]);
    assert.deepEqual(await list({ Volumes: null }), []);
    await assert.rejects(list({ Volumes: 'none' }), failsWith('engineFailed', /cannot be understood/));
  });

  it('are used where they are plain volumes of ours with a place', async () => {
    const prepare = (answer: unknown) => withAnswer(answer, (copies) => copies.prepareCopy(id));
    assert.equal(await prepare(copy), '/engine/copy');
    const foreign = [
      withLabel('cordon.copy.of', 'b'.repeat(32)),
      { ...copy, Driver: 'nfs', Mountpoint: '' },
      { ...copy, Options: { type: 'tmpfs' } },
    ];
    for (const answer of foreign) {
      await assert.rejects(prepare(answer), failsWith('conflict'));
      await assert.rejects(
        withAnswer(answer, (copies) => copies.removeCopy(id)),
        failsWith('conflict'),
      );
    }
    for (const answer of [{ ...copy, Mountpoint: 'C:\\copy' }, {}, []])
      await assert.rejects(prepare(answer), failsWith('engineFailed', /cannot be understood/));
  });
});
