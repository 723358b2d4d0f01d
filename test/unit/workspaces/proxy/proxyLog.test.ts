import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { EgressTally } from '../../../../src/workspaces/proxy/egressTally.ts';
import type { CountedTry, ProxyNews } from '../../../../src/workspaces/proxy/egressNews.ts';
import { ProxyLog } from '../../../../src/workspaces/proxy/proxyLog.ts';
import { tryLine } from '../../../support/tryLine.ts';
import { until } from '../../../support/until.ts';

describe('the log of a proxy', () => {
  const stop = new AbortController();
  after(() => {
    stop.abort();
  });

  function followed(longOpenMs: number) {
    const news: ProxyNews[] = [];
    const log = new ProxyLog({
      ...{ tally: new EgressTally(), newsAfterMs: 0, sessionOf: () => undefined, longOpenMs },
      tell: (each) => news.push(each),
    });
    const lines = new PassThrough();
    void log.follow(lines, stop.signal);
    const told = () => news.flatMap(({ tries }) => tries);
    return { lines, told };
  }
  const texts = (tries: readonly CountedTry[]) =>
    tries.map(({ host, isOpen, count }) => `${host} ${isOpen ? 'open' : 'ended'} ${count}`);

  it('tells of what stays open before it ends, once, and of what ends soon only then', async () => {
    const { lines, told } = followed(50);
    const [first, second] = [tryLine('first.example.org', 'begun'), tryLine('second.example.org', 'begun')];
    lines.write(first + second + second.replace('begun', 'allowed'));
    await until(() => told().length >= 2);
    lines.write(tryLine('third.example.org', 'begun'));
    await until(() => told().length >= 3);
    lines.write(first.replace('begun', 'allowed'));
    await until(() => told().length >= 4);
    assert.deepEqual(texts(told()), [
      ...['second.example.org ended 1', 'first.example.org open 1'],
      ...['third.example.org open 1', 'first.example.org ended 1'],
    ]);
  });

  it('sums up what the same tries carried that are told as one', async () => {
    const { lines, told } = followed(10_000);
    lines.write(tryLine('a.example.org', 'allowed').repeat(3) + tryLine('b.example.org', 'rule').repeat(2));
    await until(() => told().length >= 2);
    assert.deepEqual(
      told().map(({ count, sentBytes, receivedBytes }) => [count, sentBytes, receivedBytes]),
      [
        [3, 15, 36],
        [2, 0, 0],
      ],
    );
  });
});
