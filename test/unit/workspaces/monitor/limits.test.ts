import assert from 'node:assert/strict';
import { GrowthWatch } from '../../../../src/workspaces/monitor/growthWatch.ts';
import { LimitWatch } from '../../../../src/workspaces/monitor/limitWatch.ts';
import { MemoryKills } from '../../../../src/workspaces/monitor/memoryKills.ts';
import type { SecurityFinding } from '../../../../src/workspaces/monitor/securityReporter.ts';
import { statsOf } from '../../../support/watchedStore.ts';

const gib = 1024 ** 3;

describe('limits that a container hits', () => {
  it('memory: told after two samples, once until there is room again', () => {
    const watch = new LimitWatch();
    const told = [960, 960, 990, 940, 990, 990, 700, 960, 940, 960, 960].map(
      (memoryBytes) => watch.feed(statsOf({ memoryBytes }), 0).length,
    );
    assert.deepEqual(told, [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('processes: told at once, a fork bomb that comes and goes included', () => {
    const watch = new LimitWatch();
    const told = [3, 120, 125, 128, 126, 110, 128, 40, 128].map(
      (pids) => watch.feed(statsOf({ pids }), 0).length,
    );
    assert.deepEqual(told, [0, 0, 1, 0, 0, 0, 0, 0, 1]);
    assert.deepEqual(new LimitWatch().feed(statsOf({ pids: 128 }), 0), [
      { cause: 'pidsLimit', pids: 128, limit: 128 },
    ]);
    assert.deepEqual(new LimitWatch().feed(statsOf({ pids: 9999, pidsLimit: Infinity }), 0), []);
  });

  it('processor: told once after a minute of being held back, and only for what runs all the time', () => {
    const feed = (perSecond: number, throttledPerSecond: number) => {
      const watch = new LimitWatch();
      return Array.from({ length: 100 }, (_, index) => {
        const second = index * 3;
        return watch.feed(
          statsOf({ periods: second * perSecond, throttledPeriods: second * throttledPerSecond }),
          second * 1000,
        ).length;
      });
    };
    const held = feed(10, 9);
    assert.equal(held.indexOf(1), 20);
    assert.equal(held.filter((count) => count > 0).length, 1);
    assert.ok(feed(10, 7).every((count) => count === 0));
    assert.ok(feed(2, 2).every((count) => count === 0));
  });
});

describe('the growth of a folder', () => {
  it('is measured only once half of the limit is gone from the disk, then in ever smaller steps', () => {
    const watch = new GrowthWatch(10 * gib, 100 * gib);
    assert.equal(watch.next(96 * gib), 'nothing');
    assert.equal(watch.next(94 * gib), 'measure');
    assert.equal(watch.isOver(6 * gib, 94 * gib), false);
    assert.equal(watch.next(93 * gib), 'nothing');
    assert.equal(watch.next(91 * gib), 'measure');
    assert.equal(watch.isOver(11 * gib, 91 * gib), true);
  });

  it('is not hidden by what somebody deletes meanwhile', () => {
    const watch = new GrowthWatch(10 * gib, 50 * gib);
    assert.equal(watch.next(80 * gib), 'nothing');
    assert.equal(watch.next(74 * gib), 'measure');
  });

  it('counts as a full disk once little is left, and is told once', () => {
    const watch = new GrowthWatch(Infinity, 10 * gib);
    assert.equal(watch.next(gib), 'nothing');
    assert.equal(watch.next(0.4 * gib), 'low');
    assert.equal(watch.next(0.3 * gib), 'nothing');
    const nearlyFull = new GrowthWatch(Infinity, 0.4 * gib);
    assert.equal(nearlyFull.next(0.3 * gib), 'nothing');
    assert.equal(nearlyFull.next(0.1 * gib), 'low');
  });
});

describe('a process that was killed because memory ran out', () => {
  it('is named where its end is known, and several kills at once are one', async () => {
    const findings: SecurityFinding[] = [];
    const kills = new MemoryKills({ report: (finding) => Promise.resolve(void findings.push(finding)) }, 1);
    const common = { workspaceId: 'w', containerId: 'c', timeMs: 1000 };
    kills.remember({ ...common, kind: 'exec', execId: 'e1', command: 'node build.js' });
    kills.remember({ ...common, kind: 'exec', execId: 'e2', command: 'sh' });
    kills.remember({ ...common, kind: 'execEnd', execId: 'e1', exitCode: 137 });
    kills.remember({ ...common, kind: 'execEnd', execId: 'e2', exitCode: 1 });
    await Promise.all([
      kills.report({ ...common, action: 'oom' }),
      kills.report({ ...common, action: 'oom', timeMs: 1001 }),
    ]);
    await kills.report({ ...common, containerId: 'other', action: 'oom' });
    assert.deepEqual(
      findings.map(({ cause, subjects }) => [cause, subjects]),
      [
        ['memoryKill', ['node build.js']],
        ['memoryKill', []],
      ],
    );
  });
});
