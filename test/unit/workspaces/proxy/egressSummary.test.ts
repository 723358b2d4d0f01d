import assert from 'node:assert/strict';
import { accessLineMark, parseAccessLine } from '../../../../src/isolation/egress/accessLine.ts';
import { summarizeTries } from '../../../../src/workspaces/proxy/egressSummary.ts';

const tries = (...lines: string[]) =>
  lines.flatMap((line) => parseAccessLine(`${accessLineMark} ${line}`) ?? []);

describe('what a workspace tried to reach', () => {
  it('counts a try that is told when it begins and when it has ended once, and one that goes on as well', () => {
    const names = summarizeTries(
      tries(
        '100.001 10.0.0.2 1001 CONNECT a.example.org 443 0 0 0 begun',
        '100.002 10.0.0.2 1002 CONNECT a.example.org 443 0 0 0 begun',
        '100.001 10.0.0.2 1001 CONNECT a.example.org 443 200 5000 70 allowed',
        '99.000 10.0.0.2 1000 CONNECT a.example.org 443 200 5000 1070 allowed',
        '100.003 10.0.0.2 1003 CONNECT b.example.org 443 403 0 0 rule',
      ),
    );
    assert.deepEqual(
      names.map(({ host, verdict, count }) => `${host} ${verdict} ${count}`),
      ['b.example.org denied 1', 'a.example.org allowed 3'],
    );
  });
});
