import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Emitter } from '../../../../src/shared/event.ts';
import { CordonError } from '../../../../src/shared/errors.ts';
import type { IdleRules } from '../../../../src/workspaces/idle/idleRules.ts';
import type { Surroundings } from '../../../../src/workspaces/surroundings.ts';
import type { ContainerStats } from '../../../../src/workspaces/engineMeasures.ts';
import { withDelays } from '../../../support/delays.ts';
import { MemoryMarks, MemorySleepNotes } from '../../../support/memorySecurity.ts';
import { FakeEngine, finishedProcess } from '../../../support/fakeEngine.ts';
import { MemoryStorage } from '../../../support/memoryStorage.ts';
import { statsOf } from '../../../support/watchedStore.ts';
import { codeOf, folder, workspacesOnFake } from '../../../support/workspacesOnFake.ts';

const minuteMs = 60_000;

/** Once everything has happened that needs no time. */
async function settled() {
  for (let turn = 0; turn < 30; turn++) await setImmediate();
}

function statsIn(engine: FakeEngine): ContainerStats {
  return (engine.stats ??= statsOf({ memoryBytes: 1000, memoryLimitBytes: 2 ** 30 }));
}

/** What two windows on one engine share. */
interface Shared {
  readonly engine: FakeEngine;
  readonly memory: MemoryStorage;
  readonly marks: MemoryMarks;
}

describe('a workspace that nobody uses', () => {
  let clockMs: number;
  const cores: { dispose(): void }[] = [];

  beforeEach(() => {
    clockMs = 1000;
    mock.timers.enable({ apis: ['setInterval'] });
    mock.method(performance, 'now', () => clockMs);
  });
  afterEach(() => {
    for (const core of cores.splice(0)) core.dispose();
    mock.timers.reset();
    mock.restoreAll();
  });

  const shared = (): Shared => ({
    engine: new FakeEngine(),
    memory: new MemoryStorage(),
    marks: new MemoryMarks(),
  });

  function core(changes: Partial<IdleRules> = {}, overrides: Partial<Surroundings & Shared> = {}) {
    let rules: IdleRules = {
      ...{ action: 'pause', afterMs: 5 * minuteMs, sampleEveryMs: minuteMs, onWindowClose: 'keep' },
      ...changes,
    };
    const onRules = new Emitter<undefined>();
    const made = workspacesOnFake({
      idleRules: () => rules,
      onDidChangeIdleRules: onRules.event,
      ...overrides,
    });
    cores.push(made);
    statsIn(made.engine);
    return {
      ...made,
      changeRules: (next: Partial<IdleRules>) => {
        rules = { ...rules, ...next };
        onRules.fire(undefined);
      },
    };
  }

  async function started(changes: Partial<IdleRules> = {}, overrides: Partial<Surroundings & Shared> = {}) {
    const made = core(changes, overrides);
    const { id } = await made.service.create({ name: 'demo', folder });
    const container = [...made.engine.containers.values()][0]!;
    return { ...made, id, container, kind: () => made.service.get(id)?.container.kind };
  }

  /** Minutes pass; `each` says what is used in every one of them. */
  async function minutes(count: number, each: () => unknown = () => undefined) {
    for (let minute = 0; minute < count; minute++) {
      await each();
      clockMs += minuteMs;
      mock.timers.tick(minuteMs);
      await settled();
    }
  }

  const cpu = (engine: FakeEngine, ms: number) => {
    engine.stats = { ...statsIn(engine), cpuNanos: statsIn(engine).cpuNanos + ms * 1e6 };
  };

  it('is paused after the set time, with a line in the log, and says so', async () => {
    const { service, id, kind, log } = await started();
    await minutes(5);
    assert.equal(kind(), 'running');
    await minutes(1);
    assert.equal(kind(), 'paused');
    assert.equal(service.get(id)?.idle?.action, 'pause');
    assert.deepEqual(
      log.lines.filter((line) => line.includes('not used')),
      ['info "demo": not used for 5 min; paused'],
    );
  });

  it('is stopped where the person wants that, and started again by use', async () => {
    const { service, id, kind } = await started({ action: 'stop' });
    await minutes(6);
    assert.equal(kind(), 'stopped');
    assert.equal(service.get(id)?.idle?.action, 'stop');
    await service.exec(id, ['true']);
    assert.deepEqual([kind(), service.get(id)?.idle], ['running', undefined]);
  });

  it('is left alone, and not even asked about, while the action is off', async () => {
    const { engine, kind, changeRules } = await started({ action: 'off' });
    engine.calls.length = 0;
    await minutes(60);
    assert.deepEqual([kind(), engine.calls], ['running', []]);
    changeRules({ action: 'pause' });
    await minutes(6);
    assert.equal(kind(), 'paused');
    changeRules({ action: 'off' });
    engine.calls.length = 0;
    await minutes(60);
    assert.deepEqual(engine.calls, []);
  });

  it('is asked about once a minute, and no more once it is paused', async () => {
    const { engine, kind } = await started();
    const samples = () => engine.calls.filter((call) => call === 'sampleStats').length;
    await minutes(4);
    assert.equal(samples(), 4);
    await minutes(2);
    assert.equal(kind(), 'paused');
    await minutes(10);
    assert.equal(samples(), 6);
  });

  for (const [what, use] of [
    [
      'its processor works',
      (engine: FakeEngine) => {
        cpu(engine, 1300);
      },
    ],
    [
      'it sends',
      (engine: FakeEngine) => {
        engine.stats = { ...statsIn(engine), networkSentBytes: (engine.stats?.networkSentBytes ?? 0) + 1 };
      },
    ],
    [
      'it receives',
      (engine: FakeEngine) => {
        engine.stats = {
          ...statsIn(engine),
          networkReceivedBytes: (engine.stats?.networkReceivedBytes ?? 0) + 5000,
        };
      },
    ],
    [
      'it cannot be measured',
      (engine: FakeEngine) => {
        engine.before = (step) => {
          if (step === 'sampleStats') throw new CordonError('engineFailed', 'no');
        };
      },
    ],
  ] as const)
    it(`runs on while ${what}`, async () => {
      const { engine, kind } = await started();
      await minutes(20, () => {
        use(engine);
      });
      assert.equal(kind(), 'running');
      engine.before = () => undefined;
      await minutes(6);
      assert.equal(kind(), 'paused');
    });

  it('counts its health check and broadcasts of other machines for nothing', async () => {
    const { engine, kind } = await started();
    await minutes(6, () => {
      cpu(engine, 150);
      engine.stats = {
        ...statsIn(engine),
        networkReceivedBytes: (engine.stats?.networkReceivedBytes ?? 0) + 600,
      };
    });
    assert.equal(kind(), 'paused');
  });

  it('runs on while a session is open, wherever it was opened, and for the set time after that', async () => {
    const { engine, id, kind, service, container } = await started();
    let end: (code: number) => void = () => undefined;
    const exitCode = new Promise<number>((resolve) => {
      end = resolve;
    });
    engine.process = () => ({ ...finishedProcess(0), exitCode });
    const session = await service.openSession(id, { kind: 'command', command: ['sleep', '9'] });
    session.stdout.resume();
    await minutes(20);
    end(0);
    await minutes(4);
    assert.equal(kind(), 'running');
    // of another window
    engine.factsOf = (_, base) => ({ ...base, id: container.id, execIds: ['exec9'] });
    await minutes(20);
    assert.equal(kind(), 'running');
    engine.factsOf = (_, base) => ({ ...base, id: container.id });
    await minutes(6);
    assert.equal(kind(), 'paused');
  });

  it('counts anew after an operation, and is not touched during one', async () => {
    const { id, kind, service } = await started();
    await minutes(4);
    await service.update(id, { limits: { pids: 64 } });
    await minutes(5);
    assert.equal(kind(), 'running');
    await minutes(1);
    assert.equal(kind(), 'paused');
  });

  it('is left to the window that has its folder open', async () => {
    const { kind } = await started({}, { isOpenHere: () => false });
    await minutes(20);
    assert.equal(kind(), 'running');
  });

  it('is never touched while Panic holds it, nor woken by use', async () => {
    const { engine, service, id, kind, container } = await started();
    await minutes(6);
    assert.equal(kind(), 'paused');
    await service.panic();
    assert.equal(await codeOf(service.exec(id, ['true'])), 'conflict');
    assert.equal(container.state, 'paused');
    await service.release(id);
    await engine.pauseContainer(container.id);
    await settled();
    assert.equal(await codeOf(service.exec(id, ['true'])), 'notRunning');
    assert.equal(container.state, 'paused');
  });

  it('is woken by use without a word: a command, a terminal, several at once', async () => {
    const { engine, service, id, kind } = await started();
    await minutes(6);
    const { exitCode } = await service.exec(id, ['true']);
    assert.deepEqual([exitCode, kind(), service.get(id)?.idle], [0, 'running', undefined]);
    await minutes(7);
    assert.equal(kind(), 'paused');
    engine.calls.length = 0;
    await Promise.all([
      service.openSession(id, { kind: 'terminal' }),
      service.openSession(id, { kind: 'terminal' }),
      service.exec(id, ['true']),
    ]);
    assert.equal(engine.calls.filter((call) => call === 'resumeContainer').length, 1);
  });

  it('is used at the very moment in which it is paused: the use wins', async () => {
    const { engine, service, id, kind } = await started();
    const openings: Promise<unknown>[] = [];
    const useOnce = () => {
      if (openings.length === 0) openings.push(service.exec(id, ['true']));
    };
    engine.before = (step) => {
      if (step === 'pauseContainer') useOnce();
    };
    await minutes(6);
    assert.deepEqual([(await Promise.all(openings)).length, kind()], [1, 'running']);

    openings.length = 0;
    engine.before = () => {
      // The second look of a minute is the one right before the pause.
      if (engine.calls.filter((call) => call === 'inspectContainer').length === 2) useOnce();
    };
    await minutes(6, () => {
      engine.calls.length = 0;
    });
    assert.deepEqual([(await Promise.all(openings)).length, kind()], [1, 'running']);
    assert.ok(!engine.calls.includes('pauseContainer'));
  });

  for (const [who, pause] of [
    [
      'a person',
      async ({ service, id }: Awaited<ReturnType<typeof started>>) => {
        await service.pause(id);
      },
    ],
    [
      'the docker CLI',
      async ({ engine, container }: Awaited<ReturnType<typeof started>>) => {
        await engine.pauseContainer(container.id);
      },
    ],
    [
      'the monitor',
      ({ engine, container }: Awaited<ReturnType<typeof started>>) => {
        engine.foreignConnect(container.id, 'bridge');
      },
    ],
  ] as const)
    for (const before of ['that runs', 'that is idle already'])
      it(`one ${before}, paused by ${who}, is not woken by use, which says so`, async () => {
        const made = await started();
        if (before !== 'that runs') await minutes(6);
        if (before !== 'that runs' && who === 'the docker CLI') {
          await made.engine.resumeContainer(made.container.id);
          await settled();
        }
        await pause(made);
        await settled();
        const { service, id, container } = made;
        await assert.rejects(service.exec(id, ['true']), {
          code: 'notRunning',
          message: /is paused\. Resume it/,
        });
        assert.deepEqual([container.state, service.get(id)?.idle], ['paused', undefined]);
      });

  it('paused by the monitor between a use and its turn, is not woken', async () => {
    const { engine, service, id, container } = await started();
    await minutes(6);
    const pausing = service.pause(id);
    const opening = codeOf(service.exec(id, ['true']));
    await pausing;
    assert.equal(await opening, 'notRunning');
    assert.equal(container.state, 'paused');
    assert.ok(!engine.calls.includes('resumeContainer'));
  });

  it('paused by a person in one window, is not woken by another that knew it as idle', async () => {
    const both = shared();
    const { service, id, container } = await started({}, both);
    const other = core({ action: 'off' }, both);
    await other.reconcile();
    await minutes(6);
    assert.equal(container.state, 'paused');
    assert.equal(other.service.get(id)?.container.kind, 'paused');
    await service.pause(id);
    assert.equal(await codeOf(other.service.exec(id, ['true'])), 'notRunning');
    assert.equal(container.state, 'paused');
  });

  it('is woken by another window, and after this one was closed', async () => {
    const both = shared();
    const first = await started({}, both);
    const { id, container } = first;
    await minutes(6);
    assert.equal(container.state, 'paused');
    first.dispose();
    const other = core({ action: 'off' }, both);
    await other.reconcile();
    assert.equal(other.service.get(id)?.idle?.action, 'pause');
    await other.service.exec(id, ['true']);
    assert.equal(container.state, 'running');
  });

  it('stays awake in the record where its pause failed', async () => {
    const { engine, service, id, kind, container } = await started();
    engine.before = (step) => {
      if (step === 'pauseContainer') throw new CordonError('engineFailed', 'cannot freeze');
    };
    await minutes(6);
    engine.before = () => undefined;
    assert.equal(kind(), 'running');
    await engine.pauseContainer(container.id);
    await settled();
    assert.equal(await codeOf(service.exec(id, ['true'])), 'notRunning');
  });

  describe('when its window closes', () => {
    it('runs on unless the person wants it otherwise', async () => {
      const core = await started();
      await core.leave();
      assert.equal(core.kind(), 'running');
    });

    it('is paused or stopped, its own terminals with it, and woken by use in the next window', async () => {
      for (const action of ['pause', 'stop'] as const) {
        const both = { ...shared(), sleepNotes: new MemorySleepNotes() };
        const closing = await started({ onWindowClose: action }, both);
        const { engine, service, id, container, storage } = closing;
        engine.process = () => ({ ...finishedProcess(0), exitCode: new Promise(() => undefined) });
        await service.openSession(id, { kind: 'terminal' });
        engine.factsOf = (_, base) => ({ ...base, id: container.id, execIds: ['exec1'] });
        // VS Code stores nothing for a window that closes.
        storage.failure = new Error('closing');
        await closing.leave();
        await settled();
        closing.dispose();
        storage.failure = undefined;
        assert.equal(container.state, action === 'pause' ? 'paused' : 'exited');

        engine.process = () => finishedProcess(0);
        const next = core({}, both);
        await next.reconcile();
        await settled();
        assert.equal(next.service.get(id)?.idle?.action, action);
        await next.service.exec(id, ['true']);
        assert.equal(container.state, 'running');
      }
    });

    it('leaves no note that would wake what somebody paused after that', async () => {
      const both = { ...shared(), sleepNotes: new MemorySleepNotes() };
      const closing = await started({ onWindowClose: 'pause' }, both);
      const { engine, id, container } = closing;
      const open = core({ action: 'off' }, both);
      await open.reconcile();
      await closing.leave();
      closing.dispose();
      await settled();
      await engine.resumeContainer(container.id);
      await engine.pauseContainer(container.id);
      await settled();
      assert.equal(await codeOf(open.service.exec(id, ['true'])), 'notRunning');
      assert.equal(container.state, 'paused');
    });

    it('runs on where something else runs in it, it is frozen, or its folder is not open here', async () => {
      const used = await started({ onWindowClose: 'pause' });
      used.engine.factsOf = (_, base) => ({ ...base, id: used.container.id, execIds: ['other'] });
      await withDelays(settled, () => used.leave());
      assert.equal(used.kind(), 'running');
      const elsewhere = await started({ onWindowClose: 'pause' }, { isOpenHere: () => false });
      await elsewhere.leave();
      assert.equal(elsewhere.kind(), 'running');
      const frozen = await started({ onWindowClose: 'stop' });
      await frozen.service.panic();
      await frozen.leave();
      assert.equal(frozen.container.state, 'paused');
    });
  });
});
