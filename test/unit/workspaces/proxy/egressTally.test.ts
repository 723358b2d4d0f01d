import assert from 'node:assert/strict';
import { accessLineMark, parseAccessLine } from '../../../../src/isolation/egress/accessLine.ts';
import { EgressTally } from '../../../../src/workspaces/proxy/egressTally.ts';

function tallyOf(...lines: string[]) {
  const tally = new EgressTally();
  for (const line of lines) tally.add(parseAccessLine(`${accessLineMark} ${line}`)!);
  return tally
    .list()
    .map(({ host, verdict, counts }) => `${host} ${verdict} ${counts.allowed}+${counts.denied}`);
}

const allowed = (host: string, at: string, client = 1000) =>
  `${at} 10.0.0.2 ${client} CONNECT ${host} 443 200 5000 300 70 allowed`;
const begun = (host: string, at: string, client = 1000) =>
  `${at} 10.0.0.2 ${client} CONNECT ${host} 443 0 0 0 0 begun`;
const denied = (host: string, at: string) => `${at} 10.0.0.2 999 CONNECT ${host} 443 403 3326 200 0 rule`;

describe('what a workspace tried to reach', () => {
  it('counts a try that is told when it begins and when it has ended once, and one that goes on as well', () => {
    assert.deepEqual(
      tallyOf(
        begun('a.example.org', '100.001', 1001),
        begun('a.example.org', '100.002', 1002),
        allowed('a.example.org', '100.001', 1001),
        allowed('a.example.org', '99.000'),
        denied('b.example.org', '100.003'),
      ),
      ['b.example.org denied 0+1', 'a.example.org allowed 3+0'],
    );
  });

  it('sums up what tries carried that were let through and have ended', () => {
    const tally = new EgressTally();
    for (const text of [
      begun('a.example.org', '100.001'),
      denied('a.example.org', '100.002'),
      allowed('a.example.org', '100.001'),
      allowed('a.example.org', '99.000'),
      begun('a.example.org', '100.003', 1002),
    ])
      tally.add(parseAccessLine(`${accessLineMark} ${text}`)!);
    const [name] = tally.list();
    assert.deepEqual(
      [name?.sentBytes, name?.receivedBytes, name?.counts],
      [600, 10_000, { allowed: 3, denied: 1 }],
    );
  });

  it('leaves out what only the check of the isolation asks for, and nothing else of the same names', () => {
    assert.deepEqual(
      tallyOf(
        denied('169.254.169.254', '100.000'),
        '101.000 10.0.0.2 999 GET 169.254.169.254 80 403 0 0 0 address',
        denied('not-allowed.cordon.invalid', '102.000'),
        '103.000 10.0.0.2 999 TRACE not-allowed.cordon.invalid 80 403 0 0 0 rule',
      ),
      ['169.254.169.254 denied 0+1'],
    );
  });

  it('tells of a name what became of the last try of it', () => {
    assert.deepEqual(
      tallyOf(
        denied('a.example.org', '100.000'),
        denied('a.example.org', '101.000'),
        begun('a.example.org', '102.000'),
        denied('b.example.org', '99.000'),
      ),
      ['b.example.org denied 0+1', 'a.example.org allowed 1+2'],
    );
  });

  it('keeps the names that were tried last, of however many', () => {
    const names = Array.from({ length: 600 }, (_, i) => denied(`n${i}.example.org`, `${1000 + i}.000`));
    const kept = tallyOf(...names);
    assert.equal(kept.length, 500);
    assert.deepEqual([kept[0], kept.at(-1)], ['n599.example.org denied 0+1', 'n100.example.org denied 0+1']);
  });

  it('keeps a name that was reached, however many were denied since', () => {
    const names = Array.from({ length: 600 }, (_, i) => denied(`n${i}.example.org`, `${1000 + i}.000`));
    const lines = [begun('a.example.org', '100.000'), denied('a.example.org', '101.000'), ...names];
    const kept = tallyOf(...lines);
    assert.equal(kept.length, 501);
    assert.equal(kept.at(-1), 'a.example.org denied 1+1');
  });
});
