import assert from 'node:assert/strict';
import type { ContainerSpec } from '../../../src/isolation/containerSpec.ts';
import { auditIsolation } from '../../../src/isolation/isolationAudit.ts';
import { strictSeccomp } from '../../../src/isolation/strictSeccomp.ts';
import { buildReport, gradeOf, type ContainerFacts } from '../../../src/isolation/isolationReport.ts';

const mib = 1024 * 1024;

const spec: ContainerSpec = {
  workspaceId: '0f8b2c14-5d1e-4f6a-9b77-1c2d3e4f5a6b',
  name: 'cordon-app-0f8b2c14',
  image: 'image',
  hostname: 'app',
  labels: {},
  command: ['/bin/sh'],
  healthcheck: ['sleep', '0'],
  user: { uid: 1000, gid: 100 },
  workingFolder: '/workspace',
  env: {},
  mounts: [{ source: '/home/kim/app', target: '/workspace', readOnly: false }],
  readOnlyPaths: ['/proc/sys', '/workspace/.git/hooks'],
  maskedPaths: ['/proc/kcore', '/workspace/.env'],
  tmpfs: [
    { target: '/tmp', sizeMiB: 512, mode: '1777', uid: 1000, gid: 100, exec: true },
    { target: '/run', sizeMiB: 16, mode: '0755', uid: 1000, gid: 100, exec: false },
  ],
  readOnlyRoot: true,
  capabilities: [],
  seccomp: 'engine',
  runtime: '',
  disk: { readMiBps: 0, writeMiBps: 0, devices: [] },
  limits: { cpus: 1.5, memoryMiB: 512, pids: 256, sharedMemoryMiB: 64, openFiles: 4096, coreBytes: 0 },
  network: 'own',
  looksUpNames: true,
  ipv6: false,
};

const folder = {
  type: 'bind',
  source: '/home/kim/app',
  target: '/workspace',
  writable: true,
  propagation: 'rprivate',
};
const inMemory = ['/tmp', '/run'].map((target) => ({
  type: 'tmpfs',
  source: '',
  target,
  writable: true,
  propagation: '',
}));

const compliant: ContainerFacts = {
  id: 'c1',
  running: true,
  paused: false,
  pid: 0,
  exitCode: undefined,
  startedAt: undefined,
  command: ['/bin/sh'],
  specFingerprint: '',
  user: '1000:100',
  privileged: false,
  capabilitiesAdded: [],
  capabilitiesDropped: ['ALL'],
  securityOptions: ['no-new-privileges'],
  runtime: 'runc',
  processLabel: '',
  readOnlyRoot: true,
  init: true,
  devices: 0,
  sharedNamespaces: [],
  ipcMode: 'private',
  networkMode: 'a1'.repeat(32),
  networks: ['cordon-app-0f8b2c14'],
  appArmorProfile: '',
  cgroupParent: '',
  environmentNames: [],
  imageId: 'image',
  execIds: [],
  publishedPorts: 0,
  mounts: [folder, ...inMemory],
  readOnlyPaths: ['/proc/sys', '/workspace/.git/hooks'],
  maskedPaths: ['/proc/kcore', '/workspace/.env', '/proc/more'],
  memoryBytes: 512 * mib,
  memorySwapBytes: 512 * mib,
  nanoCpus: 1_500_000_000,
  pidsLimit: 256,
  sharedMemoryBytes: 64 * mib,
  ulimits: [
    { name: 'nofile', soft: 4096, hard: 4096 },
    { name: 'core', soft: 0, hard: 0 },
  ],
  diskLimits: [],
  restartPolicy: 'no',
  hasHealthcheck: true,
};

describe('isolation audit', () => {
  it('gives A to a container that holds every promise', () => {
    const findings = auditIsolation(compliant, spec);
    assert.deepEqual(
      findings.filter(({ ok }) => !ok),
      [],
    );
    assert.equal(gradeOf(findings), 'A');
    assert.equal(new Set(findings.map(({ id }) => id)).size, findings.length);
    for (const { title, expected, actual } of findings) assert.ok(title && expected && actual);
  });

  it('gives A to the ways in which other engines say the same', () => {
    const same: readonly Partial<ContainerFacts>[] = [
      { networkMode: 'cordon-app-0f8b2c14' },
      // The network keeps its name when the workspace is renamed.
      { networks: ['cordon-older-name-0f8b2c14'] },
      { securityOptions: ['no-new-privileges:true', 'seccomp=builtin', 'apparmor=docker-default'] },
      { securityOptions: ['no-new-privileges=true', 'label=type:container_t'] },
      { capabilitiesDropped: ['CAP_ALL'] },
      { ipcMode: 'none' },
      { mounts: [...inMemory, { ...folder, propagation: 'private' }] },
      { memoryBytes: 256 * mib, memorySwapBytes: 256 * mib, nanoCpus: 1e9, pidsLimit: 16 },
    ];
    for (const part of same) assert.equal(gradeOf(auditIsolation({ ...compliant, ...part }, spec)), 'A');
  });

  it("leaves the kernel's paths in doubt where an engine tells of none", () => {
    const ofKernel = { ...spec, readOnlyPaths: ['/proc/sys'], maskedPaths: ['/proc/kcore'] };
    const silent = { ...compliant, readOnlyPaths: undefined, maskedPaths: undefined };
    assert.equal(gradeOf(auditIsolation(silent, ofKernel)), 'B');
  });

  const mount = (part: Partial<typeof folder>): Partial<ContainerFacts> => ({
    mounts: [{ ...folder, ...part }, ...inMemory],
  });
  const nofile = (soft: number, hard: number) => ({
    ulimits: [
      { name: 'nofile', soft, hard },
      { name: 'core', soft: 0, hard: 0 },
    ],
  });
  const core = (value: number) => ({
    ulimits: [
      { name: 'nofile', soft: 4096, hard: 4096 },
      { name: 'core', soft: 0, hard: value },
    ],
  });

  const deviations: readonly [
    id: string,
    grade: 'B' | 'C' | 'F',
    parts: readonly Partial<ContainerFacts>[],
  ][] = [
    ['privileged', 'F', [{ privileged: true }]],
    [
      'capabilities',
      'F',
      [
        { capabilitiesAdded: ['SYS_ADMIN'] },
        { capabilitiesDropped: [] },
        { capabilitiesDropped: ['NET_RAW'] },
      ],
    ],
    [
      'no-new-privileges',
      'F',
      [
        { securityOptions: [] },
        { securityOptions: ['no-new-privileges=false'] },
        { securityOptions: ['no-new-privileges', 'no-new-privileges:false'] },
      ],
    ],
    [
      'seccomp',
      'F',
      ['seccomp=unconfined', 'seccomp:unconfined', 'seccomp={"defaultAction":"SCMP_ACT_ALLOW"}'].map(
        withOption,
      ),
    ],
    [
      'mandatory-access-control',
      'F',
      [
        'apparmor=unconfined',
        'apparmor:unconfined',
        'label=disable',
        'label:disable',
        'label=type:spc_t',
      ].map(withOption),
    ],
    [
      'security-options',
      'F',
      ['systempaths=unconfined', 'writable-cgroups=true', 'unmask=all'].map(withOption),
    ],
    ['user', 'F', [{ user: '1001:100' }, { user: '1000:101' }]],
    ['devices', 'F', [{ devices: 1 }]],
    ['read-only-root', 'C', [{ readOnlyRoot: false }]],
    [
      'namespaces',
      'F',
      ['pid', 'ipc', 'network', 'uts', 'user'].map((name) => ({ sharedNamespaces: [name] })),
    ],
    ['cgroup-namespace', 'C', [{ sharedNamespaces: ['cgroup'] }]],
    ['ipc', 'F', [{ ipcMode: 'shareable' }, { ipcMode: 'host' }, { ipcMode: '' }]],
    [
      'network',
      'F',
      [
        { networkMode: 'host' },
        { networkMode: 'bridge' },
        { networkMode: '' },
        { networkMode: 'container:abc' },
        { networks: [] },
        { networks: ['bridge'] },
        { networks: ['cordon-app-0f8b2c14', 'bridge'] },
        { networks: ['cordon-app-ffffffff'] },
      ],
    ],
    [
      'protected-paths',
      'F',
      [{ readOnlyPaths: [] }, { readOnlyPaths: undefined }, { readOnlyPaths: ['/proc/sys'] }],
    ],
    ['hidden-paths', 'F', [{ maskedPaths: ['/workspace/.env'] }, { maskedPaths: ['/proc/kcore', '.env'] }]],
    ['published-ports', 'F', [{ publishedPorts: 1 }]],
    [
      'mounts',
      'F',
      [
        { mounts: inMemory },
        { mounts: [folder, folder, ...inMemory] },
        { mounts: [folder, ...inMemory, { ...folder, source: '/etc', target: '/host' }] },
        { mounts: [folder, ...inMemory, { ...folder, type: 'volume', source: 'v', target: '/data' }] },
        mount({ source: '/' }),
        mount({ target: '/other' }),
        mount({ type: 'volume' }),
        mount({ writable: false }),
        ...['rshared', 'shared', 'rslave', ''].map((propagation) => mount({ propagation })),
      ],
    ],
    [
      'memory-mounts',
      'C',
      [{ mounts: [folder] }, { mounts: [folder, ...inMemory, { ...inMemory[0]!, target: '/more' }] }],
    ],
    ['swap', 'C', [{ memorySwapBytes: -1 }, { memorySwapBytes: 0 }, { memorySwapBytes: 1024 * mib }]],
    ['cpu', 'C', [{ nanoCpus: 0 }, { nanoCpus: 2e9 }]],
    ['pids', 'C', [{ pidsLimit: 0 }, { pidsLimit: -1 }, { pidsLimit: 257 }]],
    ['shared-memory', 'C', [{ sharedMemoryBytes: 0 }, { sharedMemoryBytes: 65 * mib }]],
    ['open-files', 'C', [nofile(4096, 8192), nofile(-1, -1), nofile(0, 0)]],
    ['core-dumps', 'C', [core(-1), core(1)]],
    ['restart-policy', 'C', [{ restartPolicy: 'always' }, { restartPolicy: '' }]],
    ['init', 'B', [{ init: false }]],
    ['healthcheck', 'B', [{ hasHealthcheck: false }]],
  ];
  for (const [id, grade, parts] of deviations) {
    it(`finds only ${id} and gives ${grade}`, () => {
      for (const part of parts) {
        const findings = auditIsolation({ ...compliant, ...part }, spec);
        assert.deepEqual(
          findings.filter(({ ok }) => !ok).map((finding) => finding.id),
          [id],
          JSON.stringify(part),
        );
        assert.equal(gradeOf(findings), grade);
      }
    });
  }

  it('finds memory without a limit, or with a higher one', () => {
    assert.deepEqual(brokenIds({ memoryBytes: 0 }), ['memory', 'swap']);
    assert.deepEqual(brokenIds({ memoryBytes: 1024 * mib }), ['memory']);
    assert.deepEqual(brokenIds({ memoryBytes: 256 * mib }), ['swap']);
    assert.deepEqual(brokenIds({ ulimits: [] }), ['open-files', 'core-dumps']);
  });

  it('takes what the engine did not say for not held', () => {
    const silent = Object.fromEntries(
      ['readOnlyRoot', 'init', 'devices', 'publishedPorts', 'memoryBytes', 'nanoCpus', 'pidsLimit'].map(
        (name) => [name, undefined],
      ),
    );
    assert.deepEqual(brokenIds(silent), [
      ...['devices', 'read-only-root', 'published-ports', 'memory', 'swap', 'cpu', 'pids', 'init'],
    ]);
  });

  it('names root without capabilities, and is stricter about root with some', () => {
    const root = { ...spec, user: { uid: 0, gid: 0 } };
    const facts = { ...compliant, user: '0:0' };
    const [finding, ...others] = auditIsolation(facts, root).filter(({ ok }) => !ok);
    assert.deepEqual(others, []);
    assert.equal(finding?.id, 'root-user');
    assert.equal(finding.severity, 'info');
    assert.match(finding.actual, /root without any capability/);
    assert.equal(gradeOf(auditIsolation(facts, root, { rootlessEngine: true })), 'A');

    const basic = { ...root, capabilities: ['CHOWN'] };
    assert.equal(gradeOf(auditIsolation({ ...facts, capabilitiesAdded: ['CAP_CHOWN'] }, basic)), 'C');
  });

  it('takes a user that is not told by both numbers for root and for the wrong one', () => {
    assert.deepEqual(brokenIds({ user: '' }), ['user', 'root-user']);
    assert.deepEqual(brokenIds({ user: '1000' }), ['user', 'root-user']);
  });

  it('knows what other specifications promise', () => {
    const none = { ...spec, network: 'none' } as const;
    assert.equal(
      gradeOf(auditIsolation({ ...compliant, networkMode: 'none', networks: ['none'] }, none)),
      'A',
    );
    assert.equal(gradeOf(auditIsolation({ ...compliant, networkMode: 'none', networks: [] }, none)), 'A');
    assert.equal(gradeOf(auditIsolation(compliant, none)), 'F');

    const readonly = { ...spec, mounts: [{ ...spec.mounts[0]!, readOnly: true }] };
    assert.equal(gradeOf(auditIsolation(compliant, readonly)), 'F');
    assert.equal(gradeOf(auditIsolation({ ...compliant, ...mount({ writable: false }) }, readonly)), 'A');

    const basic = { ...spec, capabilities: ['CHOWN', 'SETUID'], readOnlyRoot: false };
    const basicFacts = { ...compliant, capabilitiesAdded: ['CAP_SETUID', 'chown'], readOnlyRoot: false };
    assert.equal(gradeOf(auditIsolation(basicFacts, basic)), 'A');
    assert.equal(
      gradeOf(auditIsolation({ ...basicFacts, capabilitiesAdded: ['CHOWN', 'NET_RAW'] }, basic)),
      'F',
    );

    const { healthcheck, ...image } = spec;
    assert.ok(healthcheck);
    assert.equal(gradeOf(auditIsolation({ ...compliant, hasHealthcheck: false }, image)), 'A');
  });

  it("holds the strict filter to Cordon's, word for word, and never prints it", () => {
    const strict = { ...spec, seccomp: 'strict' } as const;
    const with_ = (...options: string[]) =>
      auditIsolation({ ...compliant, securityOptions: ['no-new-privileges', ...options] }, strict);
    const ours = with_(`seccomp=${strictSeccomp}`);
    assert.equal(gradeOf(ours), 'A');
    const looser = strictSeccomp.replace('"accept"', '"accept","unshare"');
    const others = [
      [],
      ['seccomp=builtin'],
      ['seccomp=unconfined'],
      [`seccomp=${looser}`],
      [`seccomp=${strictSeccomp}`, 'seccomp=unconfined'],
    ];
    for (const options of others)
      assert.deepEqual(
        with_(...options)
          .filter(({ ok }) => !ok)
          .map(({ id, severity }) => `${id} ${severity}`),
        ['seccomp critical'],
      );
    for (const { expected, actual } of [...ours, ...with_(`seccomp=${looser}`)])
      assert.ok(expected.length < 300 && actual.length < 300);
    const shown = ours.find(({ id }) => id === 'seccomp');
    assert.deepEqual([shown?.expected, shown?.actual], ['strict (Cordon)', 'strict (Cordon)']);
  });

  function brokenIds(part: Partial<Record<keyof ContainerFacts, unknown>>): string[] {
    return auditIsolation({ ...compliant, ...part } as ContainerFacts, spec)
      .filter(({ ok }) => !ok)
      .map(({ id }) => id);
  }
});

describe('isolation report', () => {
  const checkedAt = new Date(Date.UTC(2030, 0, 2, 3, 4, 5));

  it('carries grade, findings with status, source and CIS number, and when it was made', () => {
    const findings = auditIsolation({ ...compliant, init: false }, spec);
    const report = buildReport(findings, checkedAt, 12);
    assert.deepEqual(
      { ...report, findings: report.findings.length },
      { grade: 'B', findings: findings.length, checkedAt: '2030-01-02T03:04:05.000Z', durationMs: 12 },
    );
    const byId = (id: string) => report.findings.find((finding) => finding.id === id);
    assert.deepEqual(byId('privileged'), {
      id: 'privileged',
      title: 'Privileged',
      ok: true,
      status: 'holds',
      expected: 'no',
      actual: 'no',
      severity: 'critical',
      source: 'engine',
      cis: '5.5',
    });
    assert.equal(byId('init')?.status, 'broken');
    assert.equal('cis' in byId('init')!, false);
  });

  it('grades by the worst that is broken, and lets what is unproven cost the A unless it is a detail', () => {
    const of = (severity: 'info' | 'warning' | 'critical', state: 'holds' | 'broken' | 'unproven') => ({
      ...{ id: 'x', title: 'x', expected: 'x', actual: 'x', severity },
      ok: state === 'holds',
      ...(state === 'unproven' && { unproven: true }),
    });
    const grades = (...findings: ReturnType<typeof of>[]) => gradeOf(findings);
    assert.equal(gradeOf([]), 'F', 'nothing found at all proves nothing');
    assert.equal(grades(of('critical', 'holds'), of('info', 'unproven')), 'A');
    assert.equal(grades(of('critical', 'unproven')), 'B');
    assert.equal(grades(of('warning', 'unproven'), of('info', 'broken')), 'B');
    assert.equal(grades(of('critical', 'unproven'), of('warning', 'broken')), 'C');
    assert.equal(grades(of('warning', 'broken'), of('critical', 'broken')), 'F');
  });
});

function withOption(option: string): Partial<ContainerFacts> {
  return { securityOptions: ['no-new-privileges', option] };
}
