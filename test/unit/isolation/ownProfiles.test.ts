import assert from 'node:assert/strict';
import { findProfile, parseOwnProfiles } from '../../../src/isolation/ownProfiles.ts';
import { grantableCapabilities } from '../../../src/isolation/profileBounds.ts';
import { profiles } from '../../../src/isolation/profiles.ts';
import { hasCode } from '../../../src/shared/errors.ts';

describe('own profiles', () => {
  it('take every value that they do not name from what they extend', () => {
    const own = parseOwnProfiles({
      builds: { extends: 'standard', description: 'For builds', network: 'isolated', limits: { cpus: 8 } },
      same: { extends: 'strict' },
    });
    assert.deepEqual(own.broken, new Map());
    assert.deepEqual(own.usable.get('builds'), {
      extends: 'standard',
      description: 'For builds',
      profile: {
        ...profiles.standard,
        network: 'isolated',
        limits: { ...profiles.standard.limits, cpus: 8 },
      },
    });
    assert.deepEqual(findProfile('same', own), profiles.strict);
    assert.deepEqual(findProfile('standard', own), profiles.standard);
  });

  it('may be tightened in everything', () => {
    const tight = {
      extends: 'basic',
      capabilities: [],
      readOnlyRoot: true,
      seccomp: 'strict',
      runtime: 'runsc',
      network: 'none',
      mount: 'readonly',
      limits: { cpus: 0.5, memoryMiB: 64, pids: 16, tmpMiB: 1 },
      sharedMemoryMiB: 1,
      openFiles: 256,
      diskReadMiBps: 1,
      diskWriteMiBps: 1,
      folderGrowthMiB: 1,
    };
    const { extends: _, ...values } = tight;
    const found = findProfile('tight', parseOwnProfiles({ tight }));
    assert.deepEqual(found, { ...values, user: 'person', coreBytes: 0 });
  });

  it('from basic may keep any of the harmless capabilities, write the image and leave the user to it', () => {
    const install = {
      extends: 'basic',
      capabilities: [...grantableCapabilities],
      user: 'image',
      mount: 'readonly',
      folderGrowthMiB: 0,
    };
    const found = findProfile('install', parseOwnProfiles({ install }));
    assert.deepEqual(found.capabilities, grantableCapabilities);
    assert.deepEqual([found.user, found.readOnlyRoot, found.folderGrowthMiB], ['image', false, 0]);
  });

  for (const runtime of [
    '',
    'runsc',
    'runsc-kvm',
    'kata',
    'kata-runtime',
    'kata-qemu',
    'io.containerd.kata.v2',
  ])
    it(`may ask for the runtime ${JSON.stringify(runtime)}`, () => {
      const own = parseOwnProfiles({ own: { extends: 'standard', runtime } });
      assert.equal(findProfile('own', own).runtime, runtime);
    });

  const bases = ['basic', 'standard', 'strict'];
  const forbiddenCapabilities = [
    ...['ALL', 'AUDIT_CONTROL', 'AUDIT_READ', 'AUDIT_WRITE', 'BLOCK_SUSPEND', 'BPF', 'CHECKPOINT_RESTORE'],
    ...['DAC_READ_SEARCH', 'IPC_LOCK', 'IPC_OWNER', 'LEASE', 'LINUX_IMMUTABLE', 'MAC_ADMIN', 'MAC_OVERRIDE'],
    ...['MKNOD', 'NET_ADMIN', 'NET_BROADCAST', 'NET_RAW', 'PERFMON', 'SETFCAP', 'SETPCAP', 'SYSLOG'],
    ...['SYS_ADMIN', 'SYS_BOOT', 'SYS_CHROOT', 'SYS_MODULE', 'SYS_NICE', 'SYS_PACCT', 'SYS_PTRACE'],
    ...[
      'SYS_RAWIO',
      'SYS_RESOURCE',
      'SYS_TIME',
      'SYS_TTY_CONFIG',
      'WAKE_ALARM',
      'CAP_SYS_ADMIN',
      'chown',
      '',
    ],
  ];
  /** What no profile may say, whatever it extends. */
  const never: readonly Record<string, unknown>[] = [
    ...forbiddenCapabilities.map((name) => ({ capabilities: [name] })),
    ...[
      ...[
        'privileged',
        'devices',
        'deviceRequests',
        'volumes',
        'mounts',
        'binds',
        'socket',
        'pid',
        'ipc',
        'uts',
      ],
      ...[
        'userns',
        'cgroupns',
        'securityOpt',
        'apparmor',
        'noNewPrivileges',
        'sysctls',
        'publish',
        'restart',
      ],
      ...['coreBytes', 'init', 'env', 'image', 'Privileged', 'CapAdd', '__proto__x', 'constructor'],
    ].map((field) => ({ [field]: true })),
    ...['unconfined', 'none', '', 'builtin', '{}', 'Strict', null, 1].map((seccomp) => ({ seccomp })),
    ...[
      'runc',
      'nvidia',
      'sysbox-runc',
      'crun',
      'runsc ',
      'RUNSC',
      'runsc/../runc',
      'runscx',
      'kata\n',
      null,
    ].map((runtime) => ({ runtime })),
    ...['root', '0', 'person ', 0, null].map((user) => ({ user })),
    ...['host', 'bridge', 'container:x', '', null].map((network) => ({ network })),
    ...['rw', '/', '', null].map((mount) => ({ mount })),
    ...[0, -1, 513, Number.NaN, Number.POSITIVE_INFINITY, '2', null].map((cpus) => ({ limits: { cpus } })),
    ...[0, 31, 4_194_305, 64.5].map((memoryMiB) => ({ limits: { memoryMiB } })),
    ...[0, -1, 15, 1_000_001].map((pids) => ({ limits: { pids } })),
    ...[0, -1, 1_048_577].map((tmpMiB) => ({ limits: { tmpMiB } })),
    ...[{ limits: { memorySwap: -1 } }, { limits: [] }, { limits: null }],
    ...[0, -1, 1_048_577, 1.5].map((sharedMemoryMiB) => ({ sharedMemoryMiB })),
    ...[0, -1, 255, 1_048_577].map((openFiles) => ({ openFiles })),
    ...[-1, 0.5, '1'].flatMap((value) => [
      { diskReadMiBps: value },
      { diskWriteMiBps: value },
      { folderGrowthMiB: value },
    ]),
    ...[0, 'false', null].map((readOnlyRoot) => ({ readOnlyRoot })),
    { capabilities: 'CHOWN' },
    { capabilities: Array.from({ length: 9 }, () => 'CHOWN') },
    { description: 'a\nb' },
    { description: 'x'.repeat(201) },
  ];
  /** What only a profile that extends `basic` may say. */
  const onlyFromBasic: readonly Record<string, unknown>[] = [
    ...grantableCapabilities.map((name) => ({ capabilities: [name] })),
    { readOnlyRoot: false },
    { user: 'image' },
    { folderGrowthMiB: 0 },
  ];
  const neverFromStrict: readonly Record<string, unknown>[] = [
    { seccomp: 'engine' },
    { network: 'open' },
    { network: 'filtered' },
    { mount: 'live' },
    { diskReadMiBps: 0 },
    { diskWriteMiBps: 0 },
  ];
  const attempts = [
    ...bases.flatMap((base) => never.map((values) => ({ extends: base, ...values }))),
    ...['standard', 'strict'].flatMap((base) =>
      onlyFromBasic.map((values) => ({ extends: base, ...values })),
    ),
    ...neverFromStrict.map((values) => ({ extends: 'strict', ...values })),
    ...[undefined, 'none', 'own', 'toString', null].map((base) => ({ extends: base })),
  ];
  it(`are refused in each of ${attempts.length} attempts to loosen one`, () => {
    for (const attempt of attempts) {
      const own = parseOwnProfiles({ own: attempt });
      assert.equal(own.usable.size, 0, JSON.stringify(attempt));
      assert.notEqual(own.broken.get('own') ?? '', '', JSON.stringify(attempt));
      assert.throws(() => findProfile('own', own), refused, JSON.stringify(attempt));
    }
  });

  it('are refused by a name that is not one', () => {
    const names = [
      'basic',
      'standard',
      'strict',
      'Own',
      '',
      '1a',
      'a_b',
      'a b',
      'a'.repeat(33),
      '../x',
      'a\n',
      '작업',
    ];
    for (const name of names) {
      const own = parseOwnProfiles({ [name]: { extends: 'standard' } });
      assert.deepEqual([...own.broken.keys()], [name]);
      assert.equal(own.usable.size, 0);
    }
    const own = parseOwnProfiles(JSON.parse('{"__proto__":{"extends":"basic"}}'));
    assert.equal(own.usable.size, 0);
  });

  it('cannot take the place of a built-in one', () => {
    const own = parseOwnProfiles({ standard: { extends: 'basic' } });
    assert.equal(findProfile('standard', own), profiles.standard);
  });

  it('that are missing or broken are replaced by no other, and the sentence names the setting', () => {
    const own = parseOwnProfiles({ loose: { extends: 'basic', privileged: true } });
    assert.throws(
      () => findProfile('loose', own),
      (error) => refused(error) && /cordon\.profiles.*privileged/.test(String(error)),
    );
    for (const name of ['gone', 'constructor', 'toString', '__proto__'])
      assert.throws(
        () => findProfile(name, own),
        (error) => refused(error) && String(error).includes('cordon.profiles'),
      );
  });

  it('do not spoil one another, and a setting that is no object has none', () => {
    const own = parseOwnProfiles({ good: { extends: 'standard' }, bad: 7 });
    assert.deepEqual([[...own.usable.keys()], [...own.broken.keys()]], [['good'], ['bad']]);
    for (const setting of [7, 'x', [], [{ extends: 'basic' }], true]) {
      const none = parseOwnProfiles(setting);
      assert.equal(none.usable.size, 0);
      assert.equal(none.broken.size, 1, JSON.stringify(setting));
    }
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, n) => [`p${n}`, { extends: 'standard' }]));
    assert.equal(parseOwnProfiles(many).usable.size, 64);
  });

  it('cannot be changed once they were read', () => {
    const found = findProfile(
      'own',
      parseOwnProfiles({ own: { extends: 'basic', capabilities: ['CHOWN'] } }),
    );
    const writable = found as unknown as {
      readOnlyRoot: boolean;
      capabilities: string[];
      limits: { cpus: number };
    };
    assert.throws(() => (writable.readOnlyRoot = false), TypeError);
    assert.throws(() => writable.capabilities.push('SYS_ADMIN'), TypeError);
    assert.throws(() => (writable.limits.cpus = 99), TypeError);
  });
});

function refused(error: unknown): boolean {
  return hasCode(error, 'invalidRequest');
}
