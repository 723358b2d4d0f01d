import assert from 'node:assert/strict';
import { parseAccessLine } from '../../../../src/isolation/egress/accessLine.ts';
import { Emitter } from '../../../../src/shared/event.ts';
import type { EgressNews } from '../../../../src/workspaces/proxy/egressNews.ts';
import { Timeline } from '../../../../src/workspaces/timeline/timeline.ts';
import { timelineDocument } from '../../../../src/workspaces/timeline/timelineDocument.ts';
import type { TimelineEntry } from '../../../../src/workspaces/timeline/timelineEntry.ts';
import { finishedProcess } from '../../../support/fakeEngine.ts';
import { tryLine } from '../../../support/tryLine.ts';
import { codeOf, folder, workspacesOnFake } from '../../../support/workspacesOnFake.ts';

async function recorded(env: Record<string, string> = {}) {
  const parts = workspacesOnFake();
  const { id } = await parts.service.create({ name: 'demo', folder, env });
  const entries = () => parts.timeline.entries(id);
  const texts = async (kind: TimelineEntry['kind']) =>
    (await entries()).filter((entry) => entry.kind === kind).map(({ text }) => withoutTimes(text));
  return { ...parts, id, entries, texts };
}

const withoutTimes = (text: string) => text.replaceAll(/\d+ ms/g, 'N ms');
const alarm = { cause: 'pidsLimit', severity: 'warning', subjects: [] } as const;

describe('the timeline', () => {
  it('has every operation with its begin, its end and its duration', async () => {
    const { service, id, texts, entries } = await recorded();
    await service.stop(id);
    assert.deepEqual(await texts('operation'), [
      'create "demo": begun',
      'create "demo": done in N ms',
      'stop "demo": begun',
      'stop "demo": done in N ms',
    ]);
    const end = (await entries()).at(-1);
    assert.deepEqual([end?.event, end?.outcome, end?.severity], ['ended', 'done', 'info']);
    assert.ok(end?.durationMs !== undefined && end.durationMs >= 0);
    assert.deepEqual(await texts('container'), [], 'what our operations do to the container is no news');
  });

  it('tells the code of an operation that failed, and nothing else of its error', async () => {
    const { service, engine, id, entries } = await recorded();
    engine.before = (step) => {
      if (step === 'stopContainer') throw new Error('password hunter2 refused');
    };
    assert.equal(await codeOf(service.stop(id)), 'engineFailed');
    const end = (await entries()).at(-1);
    assert.deepEqual([end?.outcome, end?.severity], ['engineFailed', 'warning']);
    assert.doesNotMatch(JSON.stringify(await entries()), /hunter2/);
  });

  it('has what somebody else does to the container', async () => {
    const { engine, id, texts, entries } = await recorded();
    const [container] = engine.containers.keys();
    engine.emit({ workspaceId: id, containerId: container!, action: 'pause' });
    engine.emit({ workspaceId: id, containerId: container!, action: 'die', exitCode: 3 });
    assert.deepEqual(await texts('container'), [
      'The container is paused.',
      'The container has ended: The main process of the container ended with exit code 3.',
    ]);
    const last = (await entries()).at(-1);
    assert.deepEqual([last?.event, last?.exitCode, last?.severity], ['failed', 3, 'warning']);
  });

  it('says when the engine is lost', async () => {
    const { engine, texts } = await recorded();
    engine.lose();
    assert.match((await texts('container')).join(), /The engine cannot be asked about the container/);
  });

  it('has sessions with their commands and exit codes', async () => {
    const { service, engine, id, texts, entries } = await recorded();
    engine.process = () => finishedProcess(3);
    await service.exec(id, ['make', 'test']);
    assert.deepEqual(await texts('session'), [
      'Command started: make test',
      'Ended with exit code 3 after N ms: make test',
    ]);
    assert.equal((await entries()).at(-1)?.exitCode, 3);
  });

  it('says of a session that was lost with the engine that nobody knows its exit code', async () => {
    const { service, engine, id, texts, entries } = await recorded();
    engine.process = () => ({ ...finishedProcess(0), exitCode: Promise.reject(new Error('lost')) });
    const session = await service.openSession(id, { kind: 'terminal', command: ['bash'] });
    await session.exitCode.catch(() => undefined);
    assert.deepEqual(await texts('session'), ['Terminal started: bash', 'Lost after N ms: bash']);
    assert.equal((await entries()).at(-1)?.exitCode, undefined);
  });

  it('has the security log: what comes, and once what is stored from before', async () => {
    const { service, securityLogStorage, id, entries, timeline } = await recorded();
    const before = '2026-01-01T00:00:00.000Z';
    await securityLogStorage.append({ ...alarm, workspaceId: id, at: before, message: 'Earlier.' });
    const heard: TimelineEntry[] = [];
    timeline.onDidRecord((entry) => heard.push(entry));
    await service.panic();
    const security = (await entries()).filter(({ kind }) => kind === 'security');
    assert.deepEqual(
      security.map(({ event }) => event),
      ['pidsLimit', 'panic'],
    );
    assert.equal((await entries())[0]?.at, before, 'oldest first');
    assert.ok(heard.some(({ event }) => event === 'panic'));
  });

  it('keeps a bounded number of each kind, the newest: no crowd of sessions pushes an alarm out', async () => {
    const { service, id, texts } = await recorded();
    for (let index = 0; index < 250; index++) await service.exec(id, ['echo', String(index)]);
    const sessions = await texts('session');
    assert.equal(sessions.length, 400);
    assert.equal(sessions.at(-1), 'Ended with exit code 0 after N ms: echo 249');
    assert.equal(sessions[0], 'Command started: echo 50');
    assert.deepEqual((await texts('operation'))[0], 'create "demo": begun');
    await service.exec(id, ['echo', 'x'.repeat(5000)]);
    assert.equal((await texts('session')).at(-2)?.length, 500);
  });

  it('keeps a try that was let through, however many were denied since', async () => {
    const tried = new Emitter<EgressNews>();
    const never = new Emitter<never>().event;
    const timeline = new Timeline({
      store: { has: () => true, get: () => undefined, onDidChange: never },
      operations: { onDidStep: never, isBusy: () => false },
      sessions: { onDidChange: never },
      forwards: { onDidChangeSession: never },
      securityLog: { read: () => Promise.resolve([]), onDidRecord: never },
      egress: { onDidTry: tried.event },
      secrets: { learn: () => Promise.resolve(), values: () => [] },
    });
    const tell = (host: string, note: string) => {
      const seen = { ...parseAccessLine(tryLine(host, note).trim())!, session: undefined, count: 1 };
      tried.fire({ workspaceId: 'w1', tries: [seen], others: { allowed: 1, denied: 0 } });
    };
    tell('a.example.org', 'allowed');
    for (let index = 0; index < 500; index++) tell(`n${index}.example.org`, 'rule');
    const entries = await timeline.entries('w1');
    const counted = ['allowed', 'denied'].map((what) => entries.filter(({ event }) => event === what).length);
    assert.deepEqual(counted, [1, 400]);
    timeline.dispose();
  });

  it('forgets a workspace that was removed, and one that was never made', async () => {
    const { service, id, entries, timeline, engine } = await recorded();
    await service.exec(id, ['true']);
    await service.remove(id);
    assert.deepEqual(await entries(), []);
    const ids = new Set<string>();
    timeline.onDidRecord(({ workspaceId }) => ids.add(workspaceId));
    engine.before = (step) => {
      if (step === 'startContainer') throw new Error('no');
    };
    await codeOf(service.create({ name: 'other', folder }));
    assert.equal(ids.size, 1);
    for (const other of ids) assert.deepEqual(await timeline.entries(other), []);
  });

  it('holds no value of an environment and no secret of a command', async () => {
    const { service, engine, id, entries, timeline } = await recorded({ MODE: 'hunter2-value' });
    engine.process = () => finishedProcess(0);
    const heard: TimelineEntry[] = [];
    timeline.onDidRecord((entry) => heard.push(entry));
    const options = { env: { DEPLOY: 'never-recorded' } };
    await service.exec(id, ['sh', '-c', 'echo hunter2-value; NPM_TOKEN=abc123 npm publish'], options);
    await service.exec(id, ['tool', '--api-key', 'k-42', '--password="p w"', 'https://me:pw@example.test/']);
    const all = JSON.stringify([await entries(), heard]);
    assert.doesNotMatch(all, /hunter2|never-recorded|abc123|k-42|p w|:pw@/);
    assert.match(all, /echo •••; NPM_TOKEN=••• npm publish/);
    assert.match(all, /tool --api-key ••• --password=••• https:\/\/•••@example\.test\//);
  });

  it('ends with the window', async () => {
    const { service, id, timeline, entries } = await recorded();
    timeline.dispose();
    await service.stop(id);
    assert.deepEqual(await entries(), []);
  });
});

describe('an exported timeline', () => {
  it('says what it is, of which version, and whose', () => {
    const entry: TimelineEntry = {
      workspaceId: 'a',
      at: '2026-01-01T00:00:00.000Z',
      kind: 'session',
      severity: 'info',
      event: 'ended',
      text: 'Ended.',
      exitCode: 0,
    };
    const { workspaceId, ...rest } = entry;
    const document = timelineDocument({ id: workspaceId, name: 'demo' }, [entry], new Date(0));
    assert.deepEqual(JSON.parse(JSON.stringify(document)), {
      schema: 'cordon.timeline',
      version: 1,
      exportedAt: '1970-01-01T00:00:00.000Z',
      workspace: { id: 'a', name: 'demo' },
      entries: [rest],
    });
  });
});
