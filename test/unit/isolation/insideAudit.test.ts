import assert from 'node:assert/strict';
import type { ContainerSpec } from '../../../src/isolation/containerSpec.ts';
import { gradeOf } from '../../../src/isolation/isolationReport.ts';
import { auditInside, probePlan } from '../../../src/isolation/probe/insideAudit.ts';
import type { InsideContext } from '../../../src/isolation/probe/insideCheck.ts';
import { letThroughStatus } from '../../../src/isolation/egress/letThroughStatus.ts';
import { parseProbeAnswer } from '../../../src/isolation/probe/probeAnswer.ts';
import { refusals as refused } from '../../../src/isolation/probe/proxyQuestions.ts';
import { probeLines } from '../../support/probeText.ts';
import { tinySpec } from '../../support/tinySpec.ts';

const standard = tinySpec('test', {
  network: 'own',
  mounts: [{ source: '/home/kim/my app', target: '/workspace', readOnly: false }],
});
const targets = [{ host: '192.0.2.1', port: 80 }];

function contextOf(spec: ContainerSpec, overrides: Partial<InsideContext> = {}): InsideContext {
  const { network = 'open' } = overrides;
  const plan = probePlan(spec, network, { targets });
  return { spec, network, plan, rootlessEngine: false, ownKernel: false, ...overrides };
}

type Change = (lines: string[]) => string[];
const replace =
  (from: RegExp | string, to: string): Change =>
  (lines) =>
    lines.map((line) => line.replace(from, to));
const without =
  (pattern: RegExp): Change =>
  (lines) =>
    lines.filter((line) => !pattern.test(line));
const add =
  (...more: string[]): Change =>
  (lines) => [...lines.slice(0, -1), ...more, 'end'];

function auditOf(change: Change, spec = standard, overrides: Partial<InsideContext> = {}) {
  const text = `${change(probeLines(spec, ['192.0.2.1 80'])).join('\n')}\n`;
  const answer = parseProbeAnswer(text);
  assert.ok(answer, 'the answer fits the grammar');
  return auditInside(contextOf(spec, overrides), { answer });
}

const failed = (findings: ReturnType<typeof auditInside>) =>
  findings.filter(({ ok }) => !ok).map(({ id, unproven }) => (unproven ? `${id}?` : id));
const asItIs: Change = (lines) => lines;

describe('what the probe saw', () => {
  it('holds in a container as specified, in every kind of one', () => {
    const kinds: readonly [ContainerSpec, Partial<InsideContext>?][] = [
      [standard],
      [standard, { network: 'isolated' }],
      [{ ...standard, network: 'none' }, { network: 'none' }],
      [{ ...standard, readOnlyRoot: false, capabilities: ['CHOWN', 'SETUID'] }],
      [{ ...standard, user: { uid: 0, gid: 0 } }],
      [{ ...standard, user: { name: 'node' } }],
      [{ ...standard, mounts: standard.mounts.map((mount) => ({ ...mount, readOnly: true })) }],
    ];
    for (const [spec, overrides] of kinds) {
      const findings = auditOf(asItIs, spec, overrides);
      assert.deepEqual(failed(findings), []);
      assert.equal(gradeOf(findings), 'A');
      assert.equal(new Set(findings.map(({ id }) => id)).size, findings.length);
      for (const finding of findings) assert.equal(finding.source, 'inside');
    }
  });

  it('is unproven in every point, and no failure, without an answer', () => {
    const findings = auditInside(contextOf(standard), { reason: 'no shell' });
    assert.ok(findings.length > 20);
    assert.ok(findings.every(({ ok, unproven, actual }) => !ok && unproven && actual === 'no shell'));
    assert.equal(gradeOf(findings), 'B');
  });

  const broken: readonly [ids: string[], Change][] = [
    [['inside-capabilities'], replace(/^(status CapEff:\t)0{16}/, '$10000000000000400')],
    [['inside-capabilities'], replace(/^(status CapBnd:\t)0{16}/, '$100000000a80425fb')],
    [['inside-capabilities'], replace(/^(status CapAmb:\t)0{16}/, '$18000000000000000')],
    [['inside-no-new-privileges'], replace('status NoNewPrivs:\t1', 'status NoNewPrivs:\t0')],
    [['inside-seccomp'], replace('status Seccomp:\t2', 'status Seccomp:\t0')],
    [['inside-user'], replace(/^status Uid:.*/, 'status Uid:\t1000\t0\t1000\t1000')],
    [['inside-user'], replace(/^status Gid:.*/, 'status Gid:\t0\t0\t0\t0')],
    [['inside-groups'], replace(/^status Groups:.*/, 'status Groups:\t27 999 1000 ')],
    [['processes'], add('process 9 1000 0000003fffffffff 1 2 sh')],
    [['processes'], add('process 9 1000 0000000000000000 0 2 sh')],
    [['processes'], add('process 9 1000 0000000000000000 1 0 sh')],
    [['root-processes'], add('process 9 0 0000000000000000 1 2 sh')],
    [['ssh-server'], add('process 9 1000 0000000000000000 1 2 sshd')],
    [['inside-root'], replace('mount / / ro,', 'mount / / rw,')],
    [['inside-root'], add('mount / / rw - ext4 /dev/vda rw')],
    [['inside-mounts'], add('mount /etc /host/etc ro - ext4 /dev/vda rw')],
    [['inside-mounts'], add('mount / /dev rw - devtmpfs udev rw')],
    [['inside-mounts'], add('mount / /proc/x rw - ext4 /dev/vda rw')],
    [['inside-mounts'], add('mount / /workspace2 rw - ext4 /dev/vda rw')],
    [['inside-mounts'], add('mount / /secrets rw - tmpfs tmpfs rw')],
    [['inside-mounts'], add('mount / /run/secrets rw - tmpfs tmpfs rw')],
    [['inside-memory-mounts'], replace(/^(mount \/ \/tmp rw),nosuid/, '$1')],
    [['inside-memory-mounts'], replace(/^(mount \/ \/tmp .*),noexec/, '$1')],
    [['inside-memory-mounts'], replace(/^(mount \/ \/tmp .*)size=16384k/, '$1size=16385k')],
    [['inside-memory-mounts'], replace(/^(mount \/ \/tmp .*)size=16384k,/, '$1')],
    [['kernel-paths'], without(/^mount .* \/proc\/kcore /)],
    [['kernel-paths'], replace('mount /sys /proc/sys ro', 'mount /sys /proc/sys rw')],
    [['kernel-paths'], replace('mount / /sys ro', 'mount / /sys rw')],
    [['kernel-paths'], add('exists /proc/keys')],
    [['closed-places'], replace('closed /etc', 'writable /etc')],
    [['writable-places'], replace('writable /tmp', 'closed /tmp')],
    [['inside-devices'], add('device block vda')],
    [['inside-devices'], add('device char kvm')],
    [['inside-devices'], add('device char net/tun')],
    [['inside-devices'], add('device block null')],
    [['engine-socket'], add('socket /run/docker.sock')],
    [['inside-memory'], replace(/^cgroup memory(\+swap)? \d+/, 'cgroup memory$1 268435456')],
    [['inside-swap'], replace(/^cgroup memory\+swap \d+/, 'cgroup memory+swap 268435456')],
    [['inside-swap'], replace(/^cgroup memory\+swap \d+/, 'cgroup swap max')],
    [['inside-pids'], replace(/^cgroup pids \d+/, 'cgroup pids max')],
    [['inside-pids'], replace(/^cgroup pids \d+/, 'cgroup pids 65')],
    [['inside-cpu'], replace(/^cgroup quota \d+/, 'cgroup quota -1')],
    [['inside-cpu'], replace(/^cgroup quota \d+/, 'cgroup cpu max 100000')],
    [['inside-open-files'], replace(/^(limit Max open files +)\d+ +\d+/, '$11024 4096')],
    [['inside-core-dumps'], replace(/^(limit Max core file size +)0 +0/, '$10 unlimited')],
    [['inside-interfaces'], add('interface   eth1:  0 0')],
    [['inside-ipv6'], add('ipv6 fe800000000000000042acfffe110002 02 40 20 80     eth0')],
    [['unreachable'], add('reach 192.0.2.1 80 refused')],
    [['unreachable'], add('connected 010200C0:0050')],
  ];
  for (const [ids, change] of broken)
    it(`finds only ${ids.join(', ')} in ${JSON.stringify(changed(change)).slice(0, 120)}`, () => {
      assert.deepEqual(failed(auditOf(change)), ids);
    });

  it('finds a read-only folder that the kernel lets write, and a network where there is to be none', () => {
    const readOnly = { ...standard, mounts: standard.mounts.map((mount) => ({ ...mount, readOnly: true })) };
    assert.deepEqual(failed(auditOf(replace(/^(mount .* \/workspace) ro/, '$1 rw'), readOnly)), [
      'inside-read-only',
    ]);
    const none = { ...standard, network: 'none' } as const;
    const eth0 = add('interface eth0: 0', 'route eth0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0');
    assert.deepEqual(failed(auditOf(eth0, none, { network: 'none' })), [
      'inside-interfaces',
      'inside-routes',
    ]);
  });

  it('lets a process hold what the profile keeps, and nothing more', () => {
    const basic = { ...standard, capabilities: ['CHOWN'] };
    assert.deepEqual(failed(auditOf(add('process 9 1000 0000000000000001 1 2 sh'), basic)), []);
    assert.deepEqual(failed(auditOf(add('process 9 1000 0000000000000003 1 2 sh'), basic)), ['processes']);
  });

  it('knows whether root of the container is root of the host', () => {
    const root = { ...standard, user: { uid: 0, gid: 0 } };
    const rootless = { rootlessEngine: true };
    assert.deepEqual(failed(auditOf(asItIs, root, rootless)), ['root-mapping']);
    const mapped = replace(/^uidmap.*/, 'uidmap          0       1000          1');
    assert.deepEqual(failed(auditOf(mapped, root, rootless)), []);
    assert.deepEqual(failed(auditOf(without(/^uidmap/), root, rootless)), ['root-mapping?']);
  });

  it('asks a runtime with a kernel of its own for neither filters nor masks of Linux', () => {
    const change: Change = (lines) =>
      without(/^exists|kcore|proc\/sys /)(replace('status Seccomp:\t2', 'status Seccomp:\t0')(lines));
    assert.deepEqual(failed(auditOf(change, standard, { ownKernel: true })), []);
  });

  const untold: readonly [id: string, Change][] = [
    ['inside-capabilities?', without(/^status CapBnd/)],
    ['inside-seccomp?', without(/^status Seccomp/)],
    ['inside-pids?', without(/^cgroup pids/)],
    ['inside-cpu?', without(/^cgroup period/)],
    ['inside-open-files?', without(/^limit Max open/)],
    ['processes?', replace(/^(process 7 .*) 2 /, '$1 - ')],
    ['unreachable?', without(/^reach/)],
    ['inside-devices?', without(/^device/)],
  ];
  for (const [id, change] of untold)
    it(`calls ${id} unproven when it was left out`, () => {
      assert.deepEqual(failed(auditOf(change)), [id]);
    });

  describe('of what a network that is cut off looks up and asks', () => {
    const proxy = '192.0.2.9';
    const allowed = 'a.example.org';
    const filtered = (asks: { proxy?: string; allowed?: string } = { proxy, allowed }) => ({
      network: 'filtered' as const,
      plan: probePlan(standard, 'filtered', { targets, ...asks }),
    });
    const answers = (...lines: string[]) => add('asks', ...lines);
    const refusals = refused.map((name) => `asked ${name} 403`);
    const status = `allows ${letThroughStatus}`;
    const idsOf = (overrides: Partial<InsideContext>) =>
      auditOf(asItIs, standard, overrides).map(({ id }) => id);

    it('holds where no name is found, and the proxy refuses and lets through what it must', () => {
      const findings = auditOf(answers(...refusals, status), standard, filtered());
      assert.deepEqual(failed(findings), []);
      assert.match(findings.find(({ id }) => id === 'inside-proxy-allows')!.expected, /^a\.example\.org/);
    });

    it('finds a name that is found, which is critical', () => {
      const found = replace('lookup none', 'lookup answered');
      for (const network of ['isolated', 'filtered'] as const) {
        const findings = auditOf(found, standard, { network });
        assert.deepEqual(failed(findings), ['inside-dns']);
        assert.equal(gradeOf(findings), 'F');
      }
      assert.deepEqual(failed(auditOf(found)), [], 'an open network may look up names');
      assert.ok(!idsOf({}).includes('inside-dns'));
      assert.deepEqual(failed(auditOf(without(/^lookup/), standard, { network: 'isolated' })), [
        'inside-dns?',
      ]);
    });

    it('finds a name refused that the rules let through, and takes no other answer for either', () => {
      const narrow = auditOf(answers(...refusals, 'allows 403'), standard, filtered());
      assert.deepEqual(failed(narrow), ['inside-proxy-allows']);
      assert.equal(gradeOf(narrow), 'C');
      for (const lines of [[], ['allows 200'], ['allows 503']])
        assert.deepEqual(
          failed(auditOf(answers(...refusals, ...lines), standard, filtered())),
          ['inside-proxy-allows?'],
          lines[0],
        );
    });

    it('finds what is let through that must not be, be it by HTTP or by a tunnel only', () => {
      for (const which of refused) {
        const told = refusals.map((line) => line.replace(`${which} 403`, `${which} ${letThroughStatus}`));
        const findings = auditOf(answers(...told, status), standard, filtered());
        assert.deepEqual(failed(findings), ['inside-proxy-refuses']);
        assert.equal(gradeOf(findings), 'F');
      }
      const untold = auditOf(answers(...refusals.slice(1), status), standard, filtered());
      assert.deepEqual(failed(untold), ['inside-proxy-refuses?']);
    });

    it('asks for a name only where there are a proxy and a plain name', () => {
      const asked = { ...filtered({ proxy }) };
      assert.ok(!idsOf(asked).includes('inside-proxy-allows'));
      assert.ok(!idsOf(filtered({ allowed })).includes('inside-proxy-allows'));
      for (const odd of ['a.example.org/x', 'a b.org', '$(id).org', "a'.org", 'bücher.org', 'a..org', '-'])
        assert.equal(filtered({ proxy, allowed: odd }).plan.allowed, undefined, odd);
    });
  });

  it('does not vouch for processes that it did not count', () => {
    assert.deepEqual(failed(auditOf(add('more processes'))), [
      'processes?',
      'root-processes?',
      'ssh-server?',
    ]);
  });

  /** What a change makes of the answer, as a name for its test. */
  function changed(change: Change): string[] {
    const before = probeLines(standard, ['192.0.2.1 80']);
    const after = change(before);
    const added = after.filter((line) => !before.includes(line));
    return added.length > 0
      ? added
      : before.filter((line) => !after.includes(line)).map((line) => `no ${line}`);
  }
});
