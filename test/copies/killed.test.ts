import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { composeReviews } from '../../src/review/composeReviews.ts';
import { ViewFolders } from '../../src/review/viewFolders.ts';
import { managedResources } from '../host/leftovers.mjs';
import { agreeWithin } from '../support/agreement.ts';
import { copyRules } from '../support/copyRules.ts';
import { testEngine } from '../support/engine.ts';
import { openWindow, type EngineWindow } from '../support/engineWindow.ts';
import { startFaultProxy, type FaultProxy } from '../support/faultProxy.ts';
import { FileStorage } from '../support/fileStorage.ts';
import { ownedByPerson } from '../support/folders.ts';
import { takeClock } from '../support/movedClock.ts';
import { seed, someOf } from '../support/seed.ts';
import { size } from '../support/soak.ts';
import { aside, startStruckChild } from '../support/struckChild.ts';

type Moment = 'before' | 'after';

describe(`a process that is killed while it copies a folder (seed ${seed})`, function () {
  this.timeout(size(120_000, 3_600_000));
  let socketPath: string;
  let proxy: FaultProxy;
  let parent: string;
  let window: EngineWindow;

  const within = (name: string) => path.join(parent, name);
  const inFolder = (name: string) => path.join(within('project'), name);

  before(async () => {
    const engine = await testEngine();
    ({ socketPath } = engine);
    await engine.dispose();
    proxy = await startFaultProxy(socketPath);
    parent = await fs.mkdtemp(path.join(tmpdir(), 'cordon-test-'));
    await fs.chmod(parent, 0o755);
    await fs.mkdir(inFolder('d'), { recursive: true });
    await fs.writeFile(inFolder('a.txt'), 'a\n');
    await open();
  });
  after(async () => {
    await removeAll();
    window.dispose();
    await proxy.close();
    await fs.rm(parent, { recursive: true });
  });

  const storage = () => new FileStorage(within('storage.json'));
  const views = () => new ViewFolders(within('kept'), copyRules);
  async function open(): Promise<void> {
    window = openWindow(socketPath, storage(), { viewFiles: views() });
    await window.reconcile();
  }
  const removeAll = async () => {
    for (const { id } of window.service.list()) await window.service.remove(id);
  };
  const sh = async (line: string) => {
    const [workspace] = window.service.list();
    const { stdout } = await window.service.exec(workspace?.id ?? '', ['sh', '-c', line]);
    return stdout;
  };

  /** Runs the operation in a process of its own, up to the end or to a request at which that is killed. */
  async function run(struck?: { readonly request: string; readonly moment: Moment }): Promise<boolean> {
    window.dispose();
    const args = [proxy.socketPath, within('storage.json'), within('kept'), within('project')];
    const child = await startStruckChild('copyingProcess.ts', args);
    proxy.forget();
    if (struck)
      void proxy.meet(struck.request, async (meeting) => {
        if (struck.moment === 'after') await meeting.forward();
        child.kill();
        meeting.breakOff();
      });
    const wasKilled = await child.run();
    proxy.letPass();
    // what is left may belong to another window that is just making it, until it is old enough
    const clock = takeClock();
    clock.moveBy(61_000);
    try {
      await open();
      await agreeWithin(5000, { storage: storage(), windows: [window.service], socketPath });
    } finally {
      clock.restore();
    }
    return wasKilled;
  }

  /** Strikes at every request that `run` makes out of what `prepare` leads to; in the short form at a few. */
  async function strikeEverywhere(prepare: () => Promise<void>, check: () => Promise<void>): Promise<void> {
    await prepare();
    await run();
    const requests = proxy.seen.filter((request) => !aside.test(request));
    const all = requests.flatMap((request) =>
      (['before', 'after'] as const).map((moment) => ({ request, moment })),
    );
    let count = 0;
    for (const struck of someOf(all, size(4, all.length))) {
      await prepare();
      if (await run(struck)) count++;
      await check().catch((error: unknown) => {
        throw new Error(`${struck.moment} ${struck.request}`, { cause: error });
      });
    }
    assert.ok(count > 0, 'something was struck');
  }

  it('leaves nothing of a workspace that was not whole yet', async () => {
    const prepare = async () => {
      await removeAll();
      assert.deepEqual(await managedResources(socketPath), []);
      assert.deepEqual(await fs.readdir(within('kept')).catch(() => []), []);
    };
    await strikeEverywhere(prepare, prepare);
  });

  it('loses nothing, and the next start has the folder as it is', async () => {
    let round = 0;
    const prepare = async () => {
      await ownedByPerson(within('project'));
      if (window.service.list().length === 0)
        await window.service.create({
          ...{ name: 'copied', folder: within('project'), mount: 'review', network: 'none' },
        });
      await sh(`echo ${++round} > kept.txt`);
      for (const { id } of window.service.list()) await window.service.stop(id);
      await fs.writeFile(inFolder('a.txt'), `a${round}\n`);
      await fs.writeFile(inFolder(`d/${round}.txt`), 'new\n');
      await fs.rm(inFolder(`d/${round - 1}.txt`), { force: true });
    };
    await strikeEverywhere(prepare, async () => {
      const [workspace] = window.service.list();
      assert.ok(workspace);
      await window.service.start(workspace.id);
      assert.equal(await sh('cat a.txt kept.txt; ls d'), `a${round}\n${round}\n${round}.txt\n`);
      const { reviews } = composeReviews(window.reviewGround, views(), () => []);
      const { changes, pending } = await reviews.list(workspace.id);
      assert.deepEqual([changes.map((each) => each.path), pending], [['kept.txt'], []]);
    });
  });
});
