import assert from 'node:assert/strict';
import { parseProbeAnswer } from '../../../src/isolation/probe/probeAnswer.ts';
import { probeLines, probeText } from '../../support/probeText.ts';
import { tinySpec } from '../../support/tinySpec.ts';

const spec = tinySpec('test', { network: 'own' });

/** The answer of an honest probe with some lines before its end. */
const withLines = (...lines: readonly string[]) =>
  [...probeLines(spec).slice(0, -1), ...lines, 'end', ''].join('\n');

describe('the answer of the probe', () => {
  it('is read line by line', () => {
    const answer = parseProbeAnswer(probeText(spec, ['192.0.2.1 80']));
    assert.ok(answer);
    assert.deepEqual(answer.status.get('Uid'), ['1000', '1000', '1000', '1000']);
    assert.deepEqual(answer.status.get('CapBnd'), ['0000000000000000']);
    assert.deepEqual(answer.limits.get('Max open files'), { soft: 1024, hard: 1024 });
    assert.equal(answer.cgroup.get('pids'), '64');
    assert.deepEqual(answer.interfaces, ['lo', 'eth0']);
    assert.deepEqual(answer.processes[0], {
      ...{ pid: 1, uid: 1000, capabilities: 0n, noNewPrivileges: true, seccompMode: 2, name: 'docker-init' },
    });
    assert.equal(answer.reached.get('192.0.2.1 80'), 'none');
  });

  it('keeps blanks, quotes and other scripts in paths', () => {
    const line = String.raw`mount /proj\040"한국어"\134x /work\011space rw,relatime shared:1 master:2 - ext4 /dev/vda rw`;
    const mount = parseProbeAnswer(withLines(line))?.mounts.at(-1);
    assert.deepEqual([mount?.root, mount?.target], ['/proj "한국어"\\x', '/work\tspace']);
  });

  it('takes the strongest of what several tries say of an address, in either order', () => {
    const outcome = (...lines: string[]) => parseProbeAnswer(withLines(...lines))?.reached.get('10.0.0.1 80');
    assert.equal(outcome('reach 10.0.0.1 80 none', 'reach 10.0.0.1 80 refused'), 'refused');
    assert.equal(outcome('reach 10.0.0.1 80 open', 'reach 10.0.0.1 80 none'), 'open');
    assert.equal(outcome('reach 10.0.0.1 80 none', 'connected 0100000A:0050'), 'open');
  });

  const hostile: Readonly<Record<string, string>> = {
    nothing: '',
    'no end': probeLines(spec).slice(0, -1).join('\n'),
    'an end that is not the last line': `${probeText(spec)}status Uid:\t0\t0\t0\t0\n`,
    'another version': probeText(spec).replace('cordon-probe 1', 'cordon-probe 2'),
    'an unknown line': withLines('all is well'),
    'a line with an escape sequence': withLines('closed /etc\u001b[2J'),
    'a carriage return': withLines('closed /etc\r'),
    'a NUL': withLines('closed /etc\0'),
    'a second value for a fact': withLines('status CapEff:\t0000000000000000'),
    'a second limit': withLines('cgroup pids 64'),
    'a second outcome of a look-up': withLines('lookup none', 'lookup answered'),
    'an outcome of a look-up that there is not': withLines('lookup maybe'),
    'a second answer of the proxy': withLines('allows 405', 'allows 403'),
    'an answer of the proxy that is no status': withLines('allows yes'),
    'an unknown capability set': withLines('status CapAll:\t0000000000000000'),
    'a limit that is no number': withLines('cgroup swap NaN'),
    'a device with a blank': withLines('device char a b'),
    'a process without numbers': withLines('process one 0 0000000000000000 1 2 sh'),
    'a very long line': withLines(`closed /${'x'.repeat(20_000)}`),
    'very many blanks': withLines(`status Groups:${' '.repeat(16_000)}x`),
    'very many bars': withLines(`interface ${'|'.repeat(16_000)}\u2028`),
    'very many lines': withLines(...Array.from({ length: 10_001 }, () => 'closed /etc')),
    'a megabyte': withLines(...Array.from({ length: 9000 }, () => `closed /${'x'.repeat(200)}`)),
    markup: withLines('<script>alert(1)</script>'),
    json: JSON.stringify({ status: { CapEff: 0 } }),
  };
  for (const [what, text] of Object.entries(hostile))
    it(`is no answer with ${what}`, () => {
      assert.equal(parseProbeAnswer(text), undefined);
    });
});
