import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { Disposable } from '../../../../src/shared/disposable.ts';
import { ForeignUpdates } from '../../../../src/workspaces/monitor/foreignUpdates.ts';
import type { SecurityFinding } from '../../../../src/workspaces/monitor/securityReporter.ts';
import type { WorkspaceRecord } from '../../../../src/workspaces/workspaceRecord.ts';
import { MemoryMarks } from '../../../support/memorySecurity.ts';
import { folder, workspacesOnFake } from '../../../support/workspacesOnFake.ts';
import { FakeEngine } from '../../../support/fakeEngine.ts';

const open: Disposable[] = [];
afterEach(() => {
  for (const core of open.splice(0)) core.dispose();
});
function keep<T extends Disposable>(core: T): T {
  open.push(core);
  return core;
}

async function watched(overrides: Parameters<typeof workspacesOnFake>[0] = {}) {
  const core = keep(workspacesOnFake(overrides));
  const { id, container } = await core.service.create({ name: 'demo', folder });
  const containerId = 'id' in container ? container.id : '';
  return { ...core, id, containerId, seen: core.securityLogStorage };
}

/** Once everything has happened that needs no time. */
async function idle() {
  for (let turn = 0; turn < 20; turn++) await setImmediate();
}

describe('a process that is started in a container', () => {
  it('by Cordon itself is nothing to report, whichever window started it', async () => {
    const marks = new MemoryMarks();
    const engine = new FakeEngine();
    const one = await watched({ engine, marks });
    const other = keep(workspacesOnFake({ engine, marks, memory: one.storage }));
    await one.service.exec(one.id, ['true']);
    engine.foreignExec(one.containerId, 'sleep 0');
    await idle();
    assert.deepEqual([...one.seen.entries, ...other.securityLogStorage.entries], []);
  });

  it('by something else is reported once, however many windows see it', async () => {
    const marks = new MemoryMarks();
    const engine = new FakeEngine();
    const one = await watched({ engine, marks });
    const other = keep(workspacesOnFake({ engine, marks, memory: one.storage }));
    engine.foreignExec(one.containerId, 'sh -c "cat /workspace/secret"');
    await idle();
    const entries = [...one.seen.entries, ...other.securityLogStorage.entries];
    assert.equal(entries.length, 1);
    const [entry] = entries;
    assert.deepEqual(
      [entry?.cause, entry?.severity, entry?.subjects],
      ['foreignExec', 'warning', ['sh -c "cat /workspace/secret"']],
    );
    assert.equal(one.service.get(one.id)?.container.kind, 'running');
  });

  it('privileged or as root is critical: the workspace is paused first', async () => {
    for (const facts of [{ privileged: true }, { user: 'root' }, { user: '0:0' }]) {
      const { engine, id, containerId, seen, service } = await watched();
      service.onDidRecordSecurity(() => {
        assert.equal(engine.containers.get(containerId)?.state, 'paused');
      });
      engine.foreignExec(containerId, 'sh', facts);
      await idle();
      assert.equal(service.get(id)?.container.kind, 'paused');
      assert.deepEqual(
        seen.entries.map(({ severity }) => severity),
        ['critical'],
      );
      assert.match(seen.entries[0]!.message, /was paused/);
    }
  });

  it('and runs as root under another name is found among the processes', async () => {
    const { engine, containerId, seen, service, id } = await watched();
    engine.processes = [
      { uid: 1000, command: 'sleep 1' },
      { uid: 0, command: 'toor-shell' },
    ];
    engine.foreignExec(containerId, 'toor-shell', { user: 'toor' });
    await idle();
    assert.deepEqual(
      seen.entries.map(({ cause, severity }) => [cause, severity]),
      [
        ['foreignExec', 'warning'],
        ['rootProcess', 'critical'],
      ],
    );
    assert.deepEqual(seen.entries[1]?.subjects, ['toor-shell']);
    assert.equal(service.get(id)?.container.kind, 'paused');
  });

  it('cannot flood the log', async () => {
    const { engine, containerId, seen } = await watched();
    for (let count = 0; count < 50; count++) engine.foreignExec(containerId, `command ${count}`);
    await idle();
    await idle();
    assert.equal(seen.entries.length, 21);
    assert.match(seen.entries.at(-1)!.message, /not written/);
  });
});

describe('a network that a container is connected to', () => {
  it('is nothing to report when it is its own', async () => {
    const { engine, containerId, seen } = await watched();
    engine.foreignConnect(containerId, [...engine.networks.keys()][0]!);
    engine.foreignConnect('somebody-elses-container', 'bridge');
    await idle();
    assert.deepEqual(seen.entries, []);
  });

  it('is critical when it is another one, another workspace’s included', async () => {
    const { engine, id, containerId, seen, service } = await watched();
    await service.create({ name: 'other', folder });
    const others = [...engine.networks].find(([, { workspaceId }]) => workspaceId !== id)![0];
    engine.foreignConnect(containerId, others);
    await idle();
    assert.deepEqual(
      seen.entries.map(({ cause, severity, subjects }) => [cause, severity, subjects[1]]),
      [['foreignNetwork', 'critical', others]],
    );
    assert.equal(service.get(id)?.container.kind, 'paused');
    await service.disconnectNetwork(id, others);
    assert.equal(engine.attached.get(containerId)?.has(others), false);
  });

  it('waits with the pause for what is done with the workspace now', async () => {
    const { engine, id, containerId, seen, service } = await watched();
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    engine.before = (step) => (step === 'updateContainer' ? held : undefined);
    const updating = service.update(id, { limits: { pids: 64 } });
    await idle();
    engine.foreignConnect(containerId, 'bridge');
    await idle();
    assert.equal(engine.containers.get(containerId)?.state, 'running');
    goOn();
    await updating;
    await idle();
    assert.equal(service.get(id)?.container.kind, 'paused');
    assert.equal(seen.entries.length, 1);
  });
});

describe('a change of a container', () => {
  async function updates() {
    const core = await watched();
    const findings: SecurityFinding[] = [];
    let busy = false;
    const watch = new ForeignUpdates({
      store: {
        has: () => true,
        record: () => ({ ...core.service.get(core.id), statusAt: '2026-01-01T00:00:00Z' }) as WorkspaceRecord,
        syncFromStorage: () => undefined,
      },
      engines: core.engine,
      isBusy: () => busy,
      reporter: {
        report: (finding) => {
          findings.push(finding);
          return Promise.resolve();
        },
      },
      settleMs: 1,
    });
    const check = (action: 'update' | 'rename' = 'update') =>
      watch.check({ workspaceId: core.id, containerId: core.containerId, action, timeMs: 1 });
    return { ...core, check, findings, setBusy: (value: boolean) => (busy = value) };
  }

  it('is nothing to report while record and container agree', async () => {
    const { engine, containerId, check, findings } = await updates();
    await check();
    await check('rename');
    const own = engine.containers.get(containerId)!.limits;
    engine.containers.get(containerId)!.limits = { ...own };
    await check();
    assert.deepEqual(findings, []);
  });

  it('is reported with what was and what is', async () => {
    const { engine, containerId, check, findings } = await updates();
    engine.factsOf = (_, facts) => ({ ...facts, memoryBytes: 0, pidsLimit: 9999, restartPolicy: 'always' });
    engine.containers.get(containerId)!.name = 'innocent';
    await Promise.all([check(), check('rename')]);
    assert.equal(findings.length, 1);
    assert.match(findings[0]!.message, /memory in MiB was 4096, is no limit/);
    assert.match(findings[0]!.message, /processes was 1024, is 9999/);
    assert.match(findings[0]!.message, /restart policy was no, is always/);
    assert.match(findings[0]!.message, /name was cordon-demo-.*, is innocent/);
  });

  it('of our own is waited for', async () => {
    const { engine, check, findings, setBusy } = await updates();
    setBusy(true);
    const original = engine.factsOf;
    engine.factsOf = (_, facts) => ({ ...facts, pidsLimit: 9999 });
    const checking = check();
    await idle();
    engine.factsOf = original;
    setBusy(false);
    await checking;
    assert.deepEqual(findings, []);
  });
});
