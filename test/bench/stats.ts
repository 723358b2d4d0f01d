import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectTo } from '../support/engine.ts';
import { workspacesOnEngine } from '../support/workspacesOnEngine.ts';
import { benchLimits, type BenchSetting } from './benchSetting.ts';
import type { Measurement } from './measurement.ts';

const running = 20;
const windows = 3;
const windowMs = 10_000;
/** What was started with the workspaces is over, what it left would have been found, and no connection is kept for it. */
const settleMs = 70_000;

/**
 * What it costs this process, in place of the extension host, that many workspaces run: while somebody looks at what
 * all of them use, and while nobody does.
 */
export async function measureStats(setting: BenchSetting): Promise<readonly Measurement[]> {
  const { folder, image, name, signal } = setting;
  const timers = countTimers();
  const connection = connectTo(`unix://${setting.socketPath}`);
  const workspaces = workspacesOnEngine(connection);
  const { service, resources } = workspaces;
  try {
    const ids: string[] = [];
    for (let index = 0; index < running; index++) {
      // A folder for each: workspaces of one folder stand still while another one of them is made.
      const own = join(folder, `running-${index}`);
      await mkdir(own);
      const request = { name, folder: own, image, limits: benchLimits };
      ids.push((await service.create(request, { signal })).id);
    }
    await delay(2000, undefined, { signal });
    let count = 0;
    const counting = resources.onDidSample(() => count++);
    const looking = resources.look();
    await delay(2000, undefined, { signal });
    count = 0;
    const looked = await costs(signal, timers);
    const samplesPerSecond = count / ((windows * windowMs) / 1000);
    looking.dispose();
    await delay(settleMs, undefined, { signal });
    let told = 0;
    const hearing = [connection.onDidReceiveActivity, connection.onDidReceiveEvent].map((event) =>
      event(() => told++),
    );
    const alone = await costs(signal, timers);
    const eventsPerSecond = told / ((windows * windowMs) / 1000);
    for (const one of [counting, ...hearing]) one.dispose();
    setting.say(`  ${samplesPerSecond.toFixed(1)} samples a second while somebody looks,`);
    setting.say(
      `  ${eventsPerSecond.toFixed(1)} events of the engine a second (health checks) while nobody does`,
    );
    for (const id of ids) await service.remove(id, { signal });
    const each = (costs: readonly Cost[], pick: (cost: Cost) => number) => ({ cordon: costs.map(pick) });
    return [
      {
        measure: `${running} run, looked at: processor ms a second`,
        samples: each(looked, ({ processorMs }) => processorMs),
        target: { of: 'median', atMost: 20 },
      },
      {
        measure: `${running} run, nobody looks: processor ms a second`,
        samples: each(alone, ({ processorMs }) => processorMs),
      },
      {
        measure: `${running} run, nobody looks: wake-ups a second (events and the collection of garbage)`,
        samples: each(alone, ({ wakeUps }) => wakeUps),
      },
      {
        measure: `${running} run, nobody looks: timers a second`,
        samples: each(alone, ({ timers }) => timers),
        target: { of: 'max', atMost: 0 },
      },
    ];
  } finally {
    await workspaces.settled();
    workspaces.dispose();
    connection.dispose();
    timers.stop();
  }
}

/** In a second. */
interface Cost {
  readonly processorMs: number;
  /** Turns of the event loop. */
  readonly wakeUps: number;
  /** Timers that fired: what is done without an event of the engine begins with one. */
  readonly timers: number;
}

async function costs(signal: AbortSignal, timers: { readonly fired: number }): Promise<Cost[]> {
  const all: Cost[] = [];
  for (let window = 0; window < windows; window++) {
    const { startedAt, loops, fired } = {
      ...{ startedAt: performance.now(), loops: loopCount(), fired: timers.fired },
    };
    const before = process.cpuUsage();
    await delay(windowMs, undefined, { signal });
    const { user, system } = process.cpuUsage(before);
    const seconds = (performance.now() - startedAt) / 1000;
    // One of them is the end of this very wait.
    all.push({
      processorMs: (user + system) / 1000 / seconds,
      wakeUps: Math.max(0, loopCount() - loops - 1) / seconds,
      timers: (timers.fired - fired) / seconds,
    });
  }
  return all;
}

function loopCount(): number {
  return performance.nodeTiming.uvMetricsInfo.loopCount;
}

/** Counts the timers that fire, from now on; what this bench itself waits for is none of them. */
function countTimers() {
  const { setTimeout, setInterval } = globalThis;
  const counted = {
    fired: 0,
    stop: () => {
      Object.assign(globalThis, { setTimeout, setInterval });
    },
  };
  const counting =
    (set: typeof setTimeout | typeof setInterval) =>
    (callback: (...given: unknown[]) => void, ms?: number, ...given: unknown[]) =>
      set(() => {
        counted.fired++;
        callback(...given);
      }, ms);
  Object.assign(globalThis, { setTimeout: counting(setTimeout), setInterval: counting(setInterval) });
  return counted;
}
