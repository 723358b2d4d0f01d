import assert from 'node:assert/strict';
import { buildContainerSpec } from '../../../src/isolation/buildSpec.ts';
import {
  auditEngineSupport,
  hasOwnKernel,
  requireEngine,
  type EngineSupport,
} from '../../../src/isolation/engineSupport.ts';
import type { ContainerFacts } from '../../../src/isolation/isolationReport.ts';
import { profiles } from '../../../src/isolation/profiles.ts';
import { hasCode } from '../../../src/shared/errors.ts';
import { compliantFacts } from '../../support/compliantFacts.ts';

const all: EngineSupport = {
  cgroupVersion: '2',
  memory: true,
  swap: true,
  pids: true,
  cpu: true,
  diskSpeed: true,
  seccomp: true,
  ownSeccomp: true,
  apparmor: true,
  selinux: false,
};
const spec = buildContainerSpec({
  id: 'w1',
  name: 'app',
  image: 'image',
  profile: profiles.strict,
  network: 'none',
  mount: 'readonly',
  limits: profiles.strict.limits,
  env: {},
  folder: '/home/kim/app',
  user: { uid: 1000, gid: 1000 },
  diskDevices: ['/dev/sda'],
  protection: { readOnly: [], masked: [], pinned: [] },
  imageVolumes: [],
  mainProcess: 'shell',
  record: {},
});

/** The findings that do not hold, as `id severity actual`. */
function broken(
  support: Partial<EngineSupport>,
  facts: Partial<ContainerFacts> = {},
  other: Partial<typeof spec> = {},
): string[] {
  const wanted = { ...spec, ...other };
  return auditEngineSupport({ ...compliantFacts(wanted), ...facts }, wanted, { ...all, ...support })
    .filter(({ ok }) => !ok)
    .map(({ id, severity, actual }) => `${id} ${severity} ${actual}`);
}

describe('what kernel and engine can hold', () => {
  it('is all of it where they say so', () => {
    assert.deepEqual(broken({}), []);
  });

  it('names the limits that have no effect', () => {
    assert.deepEqual(broken({ swap: false, pids: false }), [
      'engine-limits warning not swap, processes: such a limit has no effect on this machine',
    ]);
  });

  it('is critical without any filter of system calls, but for a runtime with a kernel of its own', () => {
    const byEngine = { seccomp: 'engine' } as const;
    assert.match(broken({ seccomp: false }, {}, byEngine).join(), /^engine-seccomp critical no/);
    assert.deepEqual(broken({ seccomp: false }, { runtime: 'runsc' }, { ...byEngine, runtime: 'runsc' }), []);
    assert.deepEqual(broken({ seccomp: false }), [], 'a filter of its own is in force all the same');
  });

  it('reports a host with neither AppArmor nor SELinux, and wants SELinux in force where it has that', () => {
    const neither = auditEngineSupport(compliantFacts(spec), spec, { ...all, apparmor: false });
    assert.deepEqual(
      neither.filter(({ id }) => id === 'host-access-control').map(({ ok, actual }) => [ok, actual]),
      [[true, 'the engine uses neither on this machine']],
    );
    assert.deepEqual(broken({ selinux: true }), ['selinux warning no']);
    assert.deepEqual(
      broken({ selinux: true }, { processLabel: 'system_u:system_r:container_t:s0:c1,c2' }),
      [],
    );
  });

  it('wants the runtime that was asked for, and else one that adds nothing', () => {
    const runsc = { runtime: 'runsc' };
    assert.deepEqual(broken({}, { runtime: 'runsc' }, runsc), []);
    assert.deepEqual(broken({}, { runtime: 'runc' }, runsc), ['runtime critical runc']);
    assert.deepEqual(broken({}, { runtime: 'nvidia' }), ['runtime warning nvidia']);
    assert.deepEqual(broken({}, { runtime: '' }), ['runtime warning not told']);
    assert.deepEqual(broken({}, { runtime: 'crun' }), []);
  });

  it('names why the speed of the disk is not limited', () => {
    const why = (support: Partial<EngineSupport>, facts = {}, other = {}) =>
      broken(support, facts, other).join();
    assert.match(why({ diskSpeed: false }), /disk-speed info .*another kernel/);
    assert.match(why({}, {}, { disk: { ...spec.disk, devices: [] } }), /disk-speed info .*no disk/);
    assert.match(why({}, { diskLimits: [] }), /disk-speed info .*did not take/);
    const [read] = compliantFacts(spec).diskLimits;
    const faster = compliantFacts(spec).diskLimits.map((limit) => ({ ...limit, bytesPerSecond: 1e12 }));
    assert.match(why({}, { diskLimits: faster }), /did not take/);
    assert.match(why({}, { diskLimits: [read] }), /did not take/);
    assert.deepEqual(
      broken({ diskSpeed: false }, {}, { disk: { readMiBps: 0, writeMiBps: 0, devices: [] } }),
      [],
    );
  });

  it('knows the runtimes with a kernel of their own by their whole names', () => {
    assert.deepEqual(['runsc', 'kata-qemu', 'io.containerd.kata.v2'].map(hasOwnKernel), [true, true, true]);
    assert.deepEqual(['runc', 'runscx', 'x-kata', 'nvidia', ''].map(hasOwnKernel), [
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('starts nothing on another runtime than the one that was asked for, nor without the filter', () => {
    const engine = { runtimes: ['runc', 'runsc'], support: all };
    const refuses = (profile: Parameters<typeof requireEngine>[0], part: object, sentence: RegExp) => {
      assert.throws(
        () => {
          requireEngine(profile, { ...engine, ...part });
        },
        (error) => hasCode(error, 'isolationNotHeld') && sentence.test(String(error)),
      );
    };
    requireEngine({ runtime: '', seccomp: 'strict' }, engine);
    requireEngine({ runtime: 'runsc', seccomp: 'engine' }, engine);
    refuses({ runtime: 'runsc', seccomp: 'engine' }, { runtimes: ['runc'] }, /runsc.*"runc"/);
    refuses({ runtime: '', seccomp: 'strict' }, { support: { ...all, ownSeccomp: false } }, /Podman/);
    requireEngine(
      { runtime: '', seccomp: 'engine' },
      { runtimes: [], support: { ...all, ownSeccomp: false } },
    );
  });
});
