import assert from 'node:assert/strict';
import type { WorkspaceChange } from '../../../src/workspaces/workspace.ts';
import type { WorkspaceService } from '../../../src/workspaces/workspaceService.ts';
import { withoutWaiting } from '../../support/withoutWaiting.ts';
import { codeOf, folder, workspacesOnFake } from '../../support/workspacesOnFake.ts';

/** The next change after which a test is content. */
function changeTo(service: WorkspaceService, isThere: (change: WorkspaceChange) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const subscription = service.onDidChange((change) => {
      if (!isThere(change)) return;
      subscription.dispose();
      resolve();
    });
  });
}

describe('while the engine is there all the time', () => {
  withoutWaiting();

  for (const failures of [1, 3])
    it(`a removal that broke off is finished, when that fails ${failures - 1} times, too`, async () => {
      const core = workspacesOnFake();
      const { service, engine, storage } = core;
      const { id } = await service.create({ name: 'demo', folder });
      let left = failures;
      engine.before = (step) => {
        if (step === 'removeEverythingOf' && left-- > 0) throw new Error('broken');
      };
      const gone = changeTo(service, ({ current }) => current === undefined);
      assert.equal(await codeOf(service.remove(id)), 'engineFailed');
      await gone;
      await core.settled();
      assert.deepEqual([engine.containers.size, engine.networks.size], [0, 0]);
      assert.doesNotMatch(storage.values.get('cordon.workspaces') ?? '', /demo/);
    });

  it('a workspace that another window made without a container is known to have none', async () => {
    const one = workspacesOnFake();
    const { service, reconcile } = workspacesOnFake({ engine: one.engine, memory: one.storage });
    await reconcile();
    const known = changeTo(service, ({ current }) => current?.container.kind === 'absent');
    await one.service.create({ name: 'demo', folder, start: false });
    await known;
  });

  it('a create that could not be undone leaves nothing', async () => {
    const core = workspacesOnFake();
    const { service, engine, storage } = core;
    engine.before = (step) => {
      if (step === 'startContainer') throw new Error('broken');
      if (step !== 'removeEverythingOf') return;
      engine.before = () => undefined;
      throw new Error('broken');
    };
    assert.equal(await codeOf(service.create({ name: 'demo', folder })), 'engineFailed');
    assert.match(storage.values.get('cordon.workspaces') ?? '', /discard/);
    while (engine.containers.size > 0) await new Promise((done) => setTimeout(done, 20));
    await core.settled();
    assert.doesNotMatch(storage.values.get('cordon.workspaces') ?? '', /discard/);
  });

  it('a state that could not be asked for after a failure is asked for again', async () => {
    const { service, engine } = workspacesOnFake();
    const { id } = await service.create({ name: 'demo', folder });
    let hasFailed = false;
    engine.before = (step) => {
      if (step === 'stopContainer') hasFailed = true;
      if (step === 'listContainers' && hasFailed) engine.before = () => undefined;
      if (hasFailed) throw new Error('broken');
    };
    const known = changeTo(service, ({ current }) => current?.container.kind === 'running');
    assert.equal(await codeOf(service.stop(id)), 'engineFailed');
    assert.equal(service.get(id)?.container.kind, 'unknown');
    await known;
  });
});
