import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { composeReviews } from '../../src/review/composeReviews.ts';
import { ViewFolders } from '../../src/review/viewFolders.ts';
import { agreeWithin } from './agreement.ts';
import { copyRules } from './copyRules.ts';
import { testEngine } from './engine.ts';
import { openWindow, type EngineWindow } from './engineWindow.ts';
import { startFaultProxy } from './faultProxy.ts';
import { FileStorage } from './fileStorage.ts';
import { takeClock } from './movedClock.ts';
import { someOf } from './seed.ts';
import { size } from './soak.ts';
import { aside, startStruckChild } from './struckChild.ts';

const moments = ['before', 'during', 'after'] as const;

interface Strike {
  readonly request: string;
  readonly moment: (typeof moments)[number];
}

/** What is done again and again by a process of its own, which is killed at one request of it after the other. */
export interface KilledWork {
  /** What it starts from. */
  readonly prepare: () => Promise<void>;
  /** What must hold after it was killed, and a window was opened. */
  readonly check: () => Promise<void>;
  /** So many of all strikes in the short form. */
  readonly count: number;
  /** A request that is struck in the short form, too, once it is on its way. */
  readonly always?: string;
}

export type KilledReviews = Awaited<ReturnType<typeof killedReviews>>;

/**
 * A folder, a window, and a process at work on a workspace in review mode by `script` of this folder, to be killed.
 * That gets `further` arguments.
 */
export async function killedReviews(script: string, further: readonly string[] = []) {
  const engine = await testEngine();
  const { socketPath } = engine;
  await engine.dispose();
  const proxy = await startFaultProxy(socketPath);
  const parent = await fs.mkdtemp(path.join(tmpdir(), 'cordon-test-'));
  await fs.chmod(parent, 0o755);
  const within = (name: string) => path.join(parent, name);
  await fs.mkdir(within('project/d'), { recursive: true });
  await fs.writeFile(within('project/a.txt'), 'a\n');
  const storage = () => new FileStorage(within('storage.json'));
  const views = () => new ViewFolders(within('kept'), copyRules);
  let window: EngineWindow;
  const open = async () => {
    window = openWindow(socketPath, storage(), { viewFiles: views() });
    await window.reconcile();
  };
  await open();

  /** What is kept of workspaces when the process has just been killed. */
  const left = new Set<string>();
  const seeLeft = async () => {
    const kept = await fs.readdir(within('kept'), { recursive: true }).catch(() => []);
    for (const name of kept) left.add(path.basename(name));
  };

  /** Runs the script up to its end or to a request at which it is killed; gives whether it was. */
  const run = async (struck?: Strike): Promise<boolean> => {
    window.dispose();
    const args = [proxy.socketPath, within('storage.json'), within('kept'), within('project'), ...further];
    const child = await startStruckChild(script, args);
    proxy.forget();
    if (struck)
      void proxy.meet(struck.request, async (meeting) => {
        // An engine that got half of a request may refuse it.
        const forwarding = struck.moment === 'before' ? undefined : meeting.forward().catch(() => undefined);
        if (struck.moment === 'after') await forwarding;
        else await delay(2);
        child.kill();
        await forwarding;
        meeting.breakOff();
      });
    const wasKilled = await child.run();
    proxy.letPass();
    if (wasKilled) await seeLeft();
    // What is left may belong to another window that is just making it, until it is old enough.
    const clock = takeClock();
    clock.moveBy(61_000);
    try {
      await open();
      await agreeWithin(5000, { storage: storage(), windows: [window.service], socketPath });
    } finally {
      clock.restore();
    }
    return wasKilled;
  };
  const removeAll = async () => {
    for (const { id } of window.service.list()) await window.service.remove(id);
  };

  return {
    ...{ socketPath, within, removeAll },
    /** Names of files that were there at some moment at which the process had just been killed. */
    left,
    service: () => window.service,
    reviews: () => composeReviews(window.reviewGround, views(), () => []),
    /** Runs a shell line in the workspace. */
    sh: async (line: string) => {
      const [workspace] = window.service.list();
      const { stdout } = await window.service.exec(workspace?.id ?? '', ['sh', '-c', line]);
      return stdout;
    },
    /** Strikes at every request that the script makes; in the short form at a few. */
    strikeEverywhere: async ({ prepare, check, count, always }: KilledWork) => {
      await prepare();
      await run();
      const requests = proxy.seen.filter((request) => !aside.test(request));
      const all = requests.flatMap((request) => moments.map((moment) => ({ request, moment })));
      let struckCount = 0;
      const chosen = always === undefined ? [] : [{ request: always, moment: 'during' } as const];
      for (const struck of [...someOf(all, size(count, all.length)), ...chosen]) {
        await prepare();
        if (await run(struck)) struckCount++;
        await check().catch((error: unknown) => {
          throw new Error(`${struck.moment} ${struck.request}`, { cause: error });
        });
      }
      assert.ok(struckCount > 0, 'something was struck');
    },
    dispose: async () => {
      await removeAll();
      window.dispose();
      await proxy.close();
      await fs.rm(parent, { recursive: true });
    },
  };
}
