import assert from 'node:assert/strict';
import { proxyBeginLine } from '../../../../src/isolation/egress/proxyProgram.ts';
import type { EgressNews } from '../../../../src/workspaces/proxy/egressNews.ts';
import { folder, workspacesOnFake } from '../../../support/workspacesOnFake.ts';
import { tryLine } from '../../../support/tryLine.ts';
import { until } from '../../../support/until.ts';

const request = { name: 'demo', folder, network: 'filtered' as const };

/** A window that watches; a second one where something was tried before. */
async function watched({ earlier }: { earlier?: string } = {}) {
  const first = workspacesOnFake();
  first.engine.proxyLog = earlier ?? '';
  const { id } = await first.service.create(request);
  await until(() => first.engine.followedProxyLogs.size > 0);
  if (earlier !== undefined) {
    first.dispose();
    first.engine.followedProxyLogs.clear();
  }
  const parts =
    earlier === undefined ? first : workspacesOnFake({ engine: first.engine, memory: first.storage });
  const news: EgressNews[] = [];
  parts.egress.onDidTry((each) => news.push(each));
  if (parts !== first) await parts.reconcile();
  await until(() => parts.engine.followedProxyLogs.size > 0);
  const write = (text: string) => [...parts.engine.followedProxyLogs.values()].at(-1)?.write(text);
  const told = () =>
    news.flatMap(({ tries }) => tries.map(({ host, verdict, count }) => `${host} ${verdict} ${count}`));
  const names = () =>
    parts.egress.names(id).map(({ host, counts }) => `${host} ${counts.allowed}+${counts.denied}`);
  return { ...parts, id, news, write, told, names };
}

describe('the watch of what filtered workspaces try to reach', () => {
  it('tells of what is tried, the same at once as one, and counts it by name', async () => {
    const { id, write, news, told, names } = await watched();
    write(
      tryLine('b.example.org', 'rule') +
        tryLine('b.example.org', 'rule') +
        tryLine('a.example.org', 'allowed'),
    );
    await until(() => told().length >= 2);
    assert.deepEqual(told(), ['b.example.org denied 2', 'a.example.org allowed 1']);
    assert.deepEqual(names(), ['b.example.org 0+2', 'a.example.org 1+0']);
    assert.ok(
      news.every(({ workspaceId, others }) => workspaceId === id && others.allowed + others.denied === 0),
    );
  });

  it('counts a try that goes on, and tells of it when it has ended', async () => {
    const { write, told, names, news } = await watched();
    const line = tryLine('a.example.org', 'begun');
    write(line);
    await until(() => news.length > 0);
    assert.deepEqual([told(), names()], [[], ['a.example.org 1+0']]);
    write(line.replace('begun', 'allowed'));
    await until(() => told().length > 0);
    assert.deepEqual([told(), names()], [['a.example.org allowed 1'], ['a.example.org 1+0']]);
  });

  it('tells, also in the flight recorder, of what was open when its proxy ended, once', async () => {
    const { engine, id, write, news, timeline } = await watched();
    const over = tryLine('over.example.org', 'begun');
    write(over + tryLine('a.example.org', 'begun') + over.replace('begun', 'allowed'));
    await until(() => news.length > 0);
    const cutOff = () => news.flatMap(({ tries }) => tries.filter(({ isCutOff }) => isCutOff));
    const [[proxy, log]] = [...engine.followedProxyLogs] as [[string, unknown]];
    // the proxy is brought back, and all of its log is read anew
    engine.proxyLog = `${tryLine('a.example.org', 'begun', { agoS: 60 })}${proxyBeginLine}\n`;
    await engine.killContainer(proxy);
    await until(() => cutOff().length > 0);
    await until(() => engine.followedProxyLogs.get(proxy) !== log);
    write(tryLine('b.example.org', 'allowed'));
    await until(() => news.some(({ tries }) => tries.some(({ host }) => host === 'b.example.org')));
    assert.deepEqual(
      cutOff().map(({ host, isOpen, count }) => [host, isOpen, count]),
      [['a.example.org', false, 1]],
    );
    const texts = (await timeline.entries(id)).map(({ text }) => text);
    assert.ok(
      texts.includes('CONNECT a.example.org: allowed, and cut off as its proxy ended'),
      String(texts),
    );
  });

  it('tells of what was open when its proxy began anew in its container, however much it was', async () => {
    const { write, told, news } = await watched();
    const many = Array.from({ length: 5000 }, (_, i) => tryLine(`n${i}.example.org`, 'begun'));
    write(`${proxyBeginLine}\n${many.join('')}${proxyBeginLine}\n${tryLine('b.example.org', 'allowed')}`);
    await until(() => told().includes('b.example.org allowed 1'));
    const cutOff = news.filter(({ tries }) => tries.some(({ isCutOff }) => isCutOff));
    assert.deepEqual(
      cutOff.map(({ tries, others }) => [tries.length, others]),
      [[20, { allowed: 1004, denied: 0 }]],
    );
  });

  it('counts what was tried before the window was opened, and tells nobody of it', async () => {
    const { write, told, names } = await watched({
      earlier: tryLine('old.example.org', 'rule', { agoS: 60 }),
    });
    write(tryLine('new.example.org', 'rule'));
    await until(() => told().length > 0);
    assert.deepEqual(told(), ['new.example.org denied 1']);
    assert.deepEqual(names(), ['new.example.org 0+1', 'old.example.org 0+1']);
  });

  it('tells all that a workspace tries that was made here, by whichever clock', async () => {
    const { write, told } = await watched();
    write(tryLine('a.example.org', 'rule', { agoS: 86_400 }));
    await until(() => told().length > 0);
    assert.deepEqual(told(), ['a.example.org denied 1']);
  });

  it('tells of a few of very many, and how many more there were', async () => {
    const { write, news } = await watched();
    write(Array.from({ length: 1000 }, (_, i) => tryLine(`n${i}.example.org`, 'rule')).join(''));
    await until(() => news.length > 0);
    assert.deepEqual([news[0]?.tries.length, news[0]?.others], [20, { allowed: 0, denied: 980 }]);
  });

  it('tells of one that was let through among very many that were denied', async () => {
    const { write, told } = await watched();
    const many = Array.from({ length: 100 }, (_, i) => tryLine(`n${i}.example.org`, 'rule')).join('');
    write(many + tryLine('a.example.org', 'allowed'));
    await until(() => told().length > 0);
    assert.ok(told().includes('a.example.org allowed 1'));
  });

  it('passes over whatever is no line of a try, however long it is', async () => {
    const { write, told } = await watched();
    write(`cordon-try x\n${'x'.repeat(100_000)}`);
    write(`${'y'.repeat(100_000)}\n\u0000\u001b[31m\n${tryLine('a.example.org', 'rule')}`);
    await until(() => told().length > 0);
    assert.deepEqual(told(), ['a.example.org denied 1']);
  });

  it('tells nothing of what the check of the isolation tries', async () => {
    const { write, told, names } = await watched();
    write(tryLine('not-allowed.cordon.invalid', 'rule') + tryLine('a.example.org', 'rule'));
    await until(() => told().length > 0);
    assert.deepEqual([told(), names()], [['a.example.org denied 1'], ['a.example.org 0+1']]);
  });

  it('goes on with the proxy that takes the place of another one', async () => {
    const { engine, write, told, names } = await watched();
    write(tryLine('a.example.org', 'rule'));
    await until(() => told().length > 0);
    const [first] = engine.followedProxyLogs.keys();
    await engine.removeContainer(first!);
    await until(() => engine.followedProxyLogs.size === 2);
    write(tryLine('b.example.org', 'rule'));
    await until(() => told().length > 1);
    assert.deepEqual(names(), ['b.example.org 0+1', 'a.example.org 0+1']);
  });

  it('lets go of the log when the workspace is deleted', async () => {
    const { engine, service, id, names } = await watched();
    await service.remove(id);
    await until(() => [...engine.followedProxyLogs.values()].every((log) => log.writableEnded));
    assert.deepEqual(names(), []);
  });

  it('writes it into the flight recorder', async () => {
    const { timeline, id, write, told } = await watched();
    write(tryLine('evil.example.org', 'rule', { port: 8443 }) + tryLine('a.example.org', 'allowed'));
    await until(() => told().length >= 2);
    const entries = (await timeline.entries(id)).filter(({ kind }) => kind === 'network');
    assert.deepEqual(
      entries.map(({ severity, event, text }) => `${severity} ${event} ${text}`),
      [
        'warning denied CONNECT evil.example.org:8443: denied',
        'info allowed CONNECT a.example.org: answer 200 after 34 ms, 5 bytes sent, 12 received',
      ],
    );
  });
});
