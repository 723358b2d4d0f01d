import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { engineName } from '../../../src/isolation/engineNames.ts';
import { labels } from '../../../src/isolation/labels.ts';
import type { Workspace } from '../../../src/workspaces/workspace.ts';
import { engineJson } from '../../host/engineRequest.mjs';
import { managedResources, removeManaged } from '../../host/leftovers.mjs';
import { testEngine, tinyImage, type TestEngine } from '../../support/engine.ts';
import { seedStorage } from '../../support/seededStorage.ts';
import { SharedGlobalState } from '../../support/sharedGlobalState.ts';
import { size } from '../../support/soak.ts';
import { openTwoWindows, type TwoWindows } from '../../support/twoWindows.ts';
import { temporaryFolder } from '../../support/workspacesOnEngine.ts';

const known = size(60, 200);
/** Of those, how many have a container that was made once and does not run. */
const withContainer = size(5, 100);
const made = size(12, 50);
const running = size(5, 20);

describe(`${known} workspaces, of which ${made} are made at once`, function () {
  this.timeout(size(180_000, 3_600_000));
  let engine: TestEngine;
  let both: TwoWindows;
  let folder: string;
  let workspaces: readonly Workspace[];

  before(async () => {
    engine = await testEngine();
    folder = await temporaryFolder();
    const globalState = new SharedGlobalState();
    const records = await seedStorage(globalState.open(), known, { folder, image: tinyImage });
    for (const { id, name } of records.slice(0, withContainer))
      await engineJson(engine.socketPath, 'POST', `/containers/create?name=${engineName(name, id)}`, {
        value: {
          Image: tinyImage,
          HostConfig: { NetworkMode: 'none' },
          Labels: { [labels.managed]: 'true', [labels.workspaceId]: id },
        },
      });
    both = openTwoWindows(engine.socketPath, globalState);
    for (const window of both.windows) await window.reconcile();
  });

  after(async () => {
    await both.dispose();
    // Of a run that failed.
    await removeManaged(engine.socketPath);
    await engine.dispose();
    await fs.rm(join(folder, '..'), { recursive: true });
  });

  it('are known, with what the engine has of them', async () => {
    await both.agree();
    const kinds = both.windows[0].service.list().map(({ container }) => container.kind);
    assert.equal(kinds.filter((kind) => kind === 'stopped').length, withContainer);
    assert.equal(kinds.filter((kind) => kind === 'absent').length, known - withContainer);
  });

  it('all that are made at once run, each in a network of its own', async () => {
    const [{ service }] = both.windows;
    // A folder for each: workspaces of one folder stand still while another one of them is made.
    const requests = Array.from({ length: made }, async (_, index) => {
      const own = join(folder, `made-${index}`);
      await fs.mkdir(own);
      return await service.create({ name: `made ${index}`, folder: own });
    });
    workspaces = await Promise.all(requests);
    assert.deepEqual(
      workspaces.filter(({ container }) => container.kind !== 'running'),
      [],
    );
    const networks = (await managedResources(engine.socketPath)).filter(({ kind }) => kind === 'network');
    assert.equal(networks.length, made);
    await both.agree();
  });

  it(`what ${running} use is shown while somebody looks`, async () => {
    const [{ service, resources }] = both.windows;
    const { results } = await service.batch(
      'stop',
      workspaces.slice(running).map(({ id }) => id),
    );
    assert.ok(results.every(({ ok }) => ok));
    const ids = new Set(workspaces.slice(0, running).map(({ id }) => id));
    await new Promise<void>((resolve) => {
      const looking = resources.look();
      const sampling = resources.onDidSample(({ workspaceId }) => {
        ids.delete(workspaceId);
        if (ids.size > 0) return;
        sampling.dispose();
        looking.dispose();
        resolve();
      });
    });
    await both.agree();
  });

  it('all of them go, and nothing is left', async () => {
    const [{ service }] = both.windows;
    const ids = service.list().map(({ id }) => id);
    assert.equal(ids.length, known + made);
    const { results } = await service.batch('remove', ids);
    assert.deepEqual(
      results.filter(({ ok }) => !ok),
      [],
    );
    await both.agree();
    assert.deepEqual(both.windows[1].service.list(), []);
    assert.deepEqual(await managedResources(engine.socketPath), []);
  });
});
