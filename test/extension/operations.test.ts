import assert from 'node:assert/strict';
import type { WorkspacesApi } from '../../cordon.d.ts';
import {
  changeOf,
  cordonApi,
  hasCode,
  openFolder,
  resourcesOf,
  TestWorkspaces,
  tinyImage,
} from './support/cordon.ts';

describe('operations of the API', () => {
  let api: WorkspacesApi;
  let own: TestWorkspaces;

  before(async () => {
    api = await cordonApi();
    own = new TestWorkspaces(api);
  });
  after(() => own.removeAll());

  it('tell their steps', async () => {
    const steps: [string, number | undefined][] = [];
    const workspace = await api.create(
      { name: 'steps', folder: openFolder(), image: tinyImage },
      { onProgress: (message, fraction) => steps.push([message, fraction]) },
    );
    await api.remove(workspace.id);
    assert.ok(steps.length >= 2, String(steps));
    for (const [message, fraction] of steps) {
      assert.notEqual(message, '');
      assert.ok(fraction === undefined || (fraction >= 0 && fraction <= 1));
    }
  });

  it('leave nothing of a create that is cancelled', async () => {
    const controller = new AbortController();
    const made = changeOf(api, ({ current }) => current?.name === 'cancelled');
    const onProgress = () => {
      controller.abort();
    };
    const creation = api.create(
      { name: 'cancelled', folder: openFolder(), image: tinyImage },
      { signal: controller.signal, onProgress },
    );
    await assert.rejects(creation, hasCode('cancelled'));
    const { id } = await made;
    assert.equal(api.get(id), undefined);
    assert.deepEqual(await resourcesOf(id), []);
  });

  it('end in time: a command that takes too long is ended in the container', async () => {
    const { id } = await own.create('too long');
    await assert.rejects(api.exec(id, ['sleep', '4321'], { timeoutMs: 300 }), hasCode('timeout'));
    const { stdout } = await api.exec(id, ['ps', '-o', 'args']);
    assert.doesNotMatch(stdout, /sleep 4321/);
    assert.equal(api.get(id)?.activeTasks, 0);
  });

  it('can be cancelled: a command counts as a task until it has ended in the container', async () => {
    const { id } = await own.create('cancelled command');
    const controller = new AbortController();
    const busy = changeOf(api, (change) => change.id === id && change.current?.activeTasks === 1);
    const running = api.exec(id, ['sleep', '4321'], { signal: controller.signal });
    await busy;
    controller.abort();
    await assert.rejects(running, hasCode('cancelled'));
    assert.doesNotMatch((await api.exec(id, ['ps', '-o', 'args'])).stdout, /sleep 4321/);
  });

  it('can be done with many at once, with a result for each', async () => {
    const workspaces = await Promise.all([1, 2, 3].map((number) => own.create(`many ${number}`)));
    const ids = workspaces.map(({ id }) => id);
    const stopped = await api.batch('stop', [...ids, 'nonsense']);
    assert.deepEqual(
      stopped.results.map(({ ok, error }) => (ok ? 'ok' : error?.code)),
      ['ok', 'ok', 'ok', 'workspaceNotFound'],
    );
    assert.deepEqual(
      ids.map((id) => api.get(id)?.container.kind),
      ['stopped', 'stopped', 'stopped'],
    );
    const removed = await api.batch('remove', ids);
    assert.ok(removed.results.every(({ ok }) => ok));
    for (const id of ids) assert.deepEqual(await resourcesOf(id), []);
  });
});
