import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { finishedProcess } from '../../../support/fakeEngine.ts';
import { tryLine } from '../../../support/tryLine.ts';
import { until } from '../../../support/until.ts';
import { folder, workspacesOnFake } from '../../../support/workspacesOnFake.ts';

/** A workspace of which is being learned what it needs. */
async function learning() {
  const parts = workspacesOnFake();
  const { engine, service, egressRules } = parts;
  const { id } = await service.create({ name: 'demo', folder, network: 'filtered' });
  await until(() => engine.followedProxyLogs.size > 0);
  engine.followedProxyLogs.clear();
  engine.proxyLog = tryLine('before.example.org', 'allowed', { agoS: 60 });
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const exitCode = once(stdin, 'finish').then(() => 0);
  engine.process = () => ({ ...finishedProcess(0), stdin, stdout, exitCode });
  stdin.once('data', () => stdout.write('cordon-while\n'));
  stdin.once('finish', () => stdout.end());
  const learned = await egressRules.learn(id);
  const [log] = engine.followedProxyLogs.values();
  return { engine, learned, log: log! };
}

const lines = (count: number, hostOf: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => tryLine(hostOf(index), 'allowed')).join('');

describe('what is learned of a run', () => {
  it('is every name that it reached, however often it tried others afterwards', async () => {
    const { engine, learned, log } = await learning();
    log.write(tryLine('first.example.org', 'allowed'));
    log.write(tryLine('denied.example.org', 'rule') + tryLine('tunnel.example.org', 'begun'));
    log.write(lines(12_000, () => 'often.example.net'));
    await until(() => log.readableLength === 0 && log.writableLength === 0);
    engine.proxyLog = tryLine('last.example.org', 'allowed');
    const { rules, hasMore } = await learned.end();
    assert.deepEqual(
      [rules.map(({ rule }) => rule), hasMore],
      [['first.example.org', 'last.example.org', 'often.example.net', 'tunnel.example.org'], false],
    );
    assert.ok(log.writableEnded, 'and the log is followed no more');
  });

  it('is no name that never answered, and one that goes on', async () => {
    const { learned, log } = await learning();
    const failed = (host: string) => tryLine(host, 'begun') + tryLine(host, 'allowed', { status: 503 });
    log.write(failed('down.example.org') + failed('up.example.net') + tryLine('up.example.net', 'allowed'));
    log.write(tryLine('open.example.com', 'begun'));
    await until(() => log.readableLength === 0 && log.writableLength === 0);
    const { rules } = await learned.end();
    assert.deepEqual(
      rules.map(({ rule }) => rule),
      ['open.example.com', 'up.example.net'],
    );
  });

  it('is only so many names, and says so where there were more', async () => {
    const { learned, log } = await learning();
    log.write(lines(2100, (index) => `a.n${index}.example`));
    await until(() => log.readableLength === 0 && log.writableLength === 0);
    const { rules, hasMore } = await learned.end();
    assert.deepEqual([rules.length, hasMore], [2000, true]);
  });

  it('says so where its log was lost before it was over', async () => {
    const { learned, log } = await learning();
    log.end();
    await once(log, 'close');
    assert.equal((await learned.end()).hasMore, true);
  });
});
