import assert from 'node:assert/strict';
import type { ContainerSpec } from '../../../src/isolation/containerSpec.ts';
import {
  buildContainerSpec,
  buildNetworkSpec,
  buildViewVolumeSpec,
} from '../../../src/isolation/buildSpec.ts';
import type { IsolationRequest } from '../../../src/isolation/isolationRequest.ts';
import { profiles } from '../../../src/isolation/profiles.ts';
import { specFingerprint } from '../../../src/isolation/specFingerprint.ts';
import { hasCode } from '../../../src/shared/errors.ts';

const id = '0f8b2c14-5d1e-4f6a-9b77-1c2d3e4f5a6b';

const request: IsolationRequest = {
  id,
  name: 'My App',
  image: 'cordon/debian:local',
  profile: profiles.standard,
  network: 'open',
  mount: 'live',
  limits: { cpus: 2, memoryMiB: 4096, pids: 1024, tmpMiB: 512 },
  env: {},
  folder: '/home/kim/my app',
  user: { uid: 1000, gid: 100 },
  protection: { readOnly: [], masked: [], pinned: [] },
  imageVolumes: [],
  mainProcess: 'shell',
  record: { id, name: 'My App' },
};

const labels = {
  'cordon.managed': 'true',
  'cordon.workspace.id': id,
  'cordon.workspace.name': 'My App',
  'cordon.workspace.record': `{"id":"${id}","name":"My App"}`,
  'cordon.schema': '1',
};

const open: ContainerSpec = {
  workspaceId: id,
  name: 'cordon-My-App-0f8b2c14',
  image: 'cordon/debian:local',
  hostname: 'my-app',
  labels,
  command: ['/bin/sh'],
  healthcheck: ['sleep', '0'],
  user: { uid: 1000, gid: 100 },
  workingFolder: '/workspace',
  env: {
    HOME: '/cordon',
    USER: 'cordon',
    LANG: 'C.UTF-8',
    CORDON_WORKSPACE_ID: id,
    CORDON_WORKSPACE_NAME: 'My App',
  },
  mounts: [{ source: '/home/kim/my app', target: '/workspace', readOnly: false }],
  readOnlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
  maskedPaths: [
    '/proc/acpi',
    '/proc/asound',
    '/proc/interrupts',
    '/proc/kcore',
    '/proc/keys',
    '/proc/latency_stats',
    '/proc/sched_debug',
    '/proc/scsi',
    '/proc/timer_list',
    '/proc/timer_stats',
    '/sys/devices/virtual/powercap',
    '/sys/firmware',
  ],
  tmpfs: [
    { target: '/tmp', sizeMiB: 512, mode: '1777', uid: 1000, gid: 100, exec: true },
    { target: '/var/tmp', sizeMiB: 512, mode: '1777', uid: 1000, gid: 100, exec: true },
    { target: '/run', sizeMiB: 16, mode: '0755', uid: 1000, gid: 100, exec: false },
    { target: '/cordon', sizeMiB: 512, mode: '0700', uid: 1000, gid: 100, exec: true },
    { target: '/run/secrets', sizeMiB: 4, mode: '0700', uid: 1000, gid: 100, exec: false },
  ],
  readOnlyRoot: true,
  capabilities: [],
  seccomp: 'engine',
  runtime: '',
  disk: { readMiBps: 0, writeMiBps: 0, devices: [] },
  limits: { cpus: 2, memoryMiB: 4096, pids: 1024, sharedMemoryMiB: 64, openFiles: 16384, coreBytes: 0 },
  network: 'own',
  looksUpNames: true,
  ipv6: false,
};

const standard: ContainerSpec = {
  ...open,
  env: {
    HOME: '/cordon',
    USER: 'cordon',
    LANG: 'C.UTF-8',
    CORDON_WORKSPACE_ID: id,
    CORDON_WORKSPACE_NAME: 'My App',
  },
  looksUpNames: false,
};

const strict: ContainerSpec = {
  ...open,
  mounts: [{ source: '/home/kim/my app', target: '/workspace', readOnly: true }],
  tmpfs: [
    { target: '/tmp', sizeMiB: 256, mode: '1777', uid: 1000, gid: 100, exec: true },
    { target: '/var/tmp', sizeMiB: 256, mode: '1777', uid: 1000, gid: 100, exec: true },
    { target: '/run', sizeMiB: 16, mode: '0755', uid: 1000, gid: 100, exec: false },
    { target: '/cordon', sizeMiB: 256, mode: '0700', uid: 1000, gid: 100, exec: true },
    { target: '/run/secrets', sizeMiB: 4, mode: '0700', uid: 1000, gid: 100, exec: false },
  ],
  seccomp: 'strict',
  disk: { readMiBps: 256, writeMiBps: 128, devices: [] },
  limits: { cpus: 1, memoryMiB: 2048, pids: 256, sharedMemoryMiB: 64, openFiles: 4096, coreBytes: 0 },
  network: 'none',
  looksUpNames: false,
};

const basic: ContainerSpec = {
  ...open,
  tmpfs: [
    { target: '/tmp', sizeMiB: 1024, mode: '1777', uid: 1000, gid: 100, exec: true },
    { target: '/var/tmp', sizeMiB: 1024, mode: '1777', uid: 1000, gid: 100, exec: true },
    { target: '/run', sizeMiB: 16, mode: '0755', uid: 1000, gid: 100, exec: false },
    { target: '/cordon', sizeMiB: 1024, mode: '0700', uid: 1000, gid: 100, exec: true },
    { target: '/run/secrets', sizeMiB: 4, mode: '0700', uid: 1000, gid: 100, exec: false },
  ],
  readOnlyRoot: false,
  capabilities: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'],
  limits: { cpus: 4, memoryMiB: 8192, pids: 4096, sharedMemoryMiB: 64, openFiles: 16384, coreBytes: 0 },
};

/** The request of a workspace that takes every default of its profile. */
function defaultsOf(profile: keyof typeof profiles): IsolationRequest {
  const { network, mount, limits } = profiles[profile];
  return { ...request, profile: profiles[profile], network, mount, limits };
}

/** With the label that names what the container is made for. */
function labelled(spec: ContainerSpec): ContainerSpec {
  return { ...spec, labels: { ...spec.labels, 'cordon.spec': specFingerprint(spec) } };
}

describe('container specification', () => {
  it('is exactly this for basic', () => {
    assert.deepEqual(buildContainerSpec(defaultsOf('basic')), labelled(basic));
  });

  it('is exactly this for standard', () => {
    assert.deepEqual(buildContainerSpec(defaultsOf('standard')), labelled(standard));
  });

  it('is exactly this for strict', () => {
    assert.deepEqual(buildContainerSpec(defaultsOf('strict')), labelled(strict));
  });

  it('protects, hides and pins what of the folder it is told to', () => {
    const spec = buildContainerSpec({
      ...request,
      protection: { readOnly: ['.git/hooks', 'a b/.vscode'], masked: ['a b/.env'], pinned: ['.git', 'a b'] },
    });
    assert.deepEqual(spec.mounts, [
      ...standard.mounts,
      { source: '/home/kim/my app/.git', target: '/workspace/.git', readOnly: false },
      { source: '/home/kim/my app/a b', target: '/workspace/a b', readOnly: false },
    ]);
    assert.deepEqual(spec.readOnlyPaths, [
      ...standard.readOnlyPaths,
      '/workspace/.git/hooks',
      '/workspace/a b/.vscode',
    ]);
    assert.deepEqual(spec.maskedPaths, [...standard.maskedPaths, '/workspace/a b/.env']);
  });

  it('lets nothing of a readonly folder be written, whatever is pinned in it', () => {
    const protection = { readOnly: [], masked: [], pinned: ['.git'] };
    const { mounts } = buildContainerSpec({ ...request, mount: 'readonly', protection });
    assert.deepEqual(
      mounts.map(({ target, readOnly }) => [target, readOnly]),
      [
        ['/workspace', true],
        ['/workspace/.git', true],
      ],
    );
  });

  it("hides the counters of heat of every core of the engine's machine", () => {
    const { maskedPaths } = buildContainerSpec({ ...request, engineCpus: 2 });
    assert.deepEqual(maskedPaths.slice(standard.maskedPaths.length), [
      '/sys/devices/system/cpu/cpu0/thermal_throttle',
      '/sys/devices/system/cpu/cpu1/thermal_throttle',
    ]);
  });

  it('cannot be changed through the profiles', () => {
    const writable = profiles.strict as unknown as { capabilities: string[]; limits: { cpus: number } };
    assert.throws(() => writable.capabilities.push('SYS_ADMIN'), TypeError);
    assert.throws(() => (writable.limits.cpus = 99), TypeError);
  });

  it("runs the image's own command without a health check where sleep is missing", () => {
    const spec = buildContainerSpec({ ...request, mainProcess: 'image' });
    assert.equal('command' in spec, false);
    assert.equal('healthcheck' in spec, false);
  });

  it("lets a person's environment win, but not over what names the workspace", () => {
    const env = { LANG: 'ko_KR.UTF-8', HOME: '/tmp', TOKEN: 'a=b', CORDON_WORKSPACE_ID: 'other' };
    assert.deepEqual(buildContainerSpec({ ...request, env }).env, {
      LANG: 'ko_KR.UTF-8',
      HOME: '/tmp',
      USER: 'cordon',
      TOKEN: 'a=b',
      CORDON_WORKSPACE_ID: id,
      CORDON_WORKSPACE_NAME: 'My App',
    });
  });

  it('takes the user of the image where the profile says so, by numbers where the image gives them', () => {
    const profile = { ...profiles.basic, user: 'image' } as const;
    const specOf = (imageUser: string) =>
      buildContainerSpec({ ...request, profile, mount: 'readonly', imageUser });
    for (const root of ['', '0', 'root', '0:0', 'root:root', '0:root'])
      assert.deepEqual(specOf(root).user, { uid: 0, gid: 0 });
    assert.deepEqual(specOf('101:102').user, { uid: 101, gid: 102 });
    for (const name of ['node', '1000', 'www-data:1', 'a.b']) assert.deepEqual(specOf(name).user, { name });
    assert.deepEqual(
      specOf('node').tmpfs.map(({ uid, gid, mode }) => [uid, gid, mode]),
      [
        [0, 0, '1777'],
        [0, 0, '1777'],
        [0, 0, '0755'],
        [0, 0, '1777'],
        [0, 0, '1777'],
      ],
    );
    for (const hostile of ['a b', 'a:b:c', '-x', 'ünal', 'a\nb', 'x'.repeat(65), ':5', '$(id)'])
      assert.throws(() => specOf(hostile), refused, hostile);
  });

  it('lets nobody but the person write into a live folder', () => {
    const profile = { ...profiles.basic, user: 'image' } as const;
    const live =
      (imageUser: string | undefined, user = request.user) =>
      () =>
        buildContainerSpec({ ...request, profile, user, ...(imageUser !== undefined && { imageUser }) });
    for (const other of ['', 'root', 'node', '1001:1000', '1000', undefined])
      assert.throws(live(other), refused, other);
    assert.deepEqual(live('1000:1000')().user, { uid: 1000, gid: 1000 });
    assert.deepEqual(live('', { uid: 0, gid: 0 })().user, { uid: 0, gid: 0 });
  });

  it("names the disks of the folder with the profile's speed", () => {
    const spec = buildContainerSpec({ ...defaultsOf('strict'), diskDevices: ['/dev/sda'] });
    assert.deepEqual(spec.disk, { readMiBps: 256, writeMiBps: 128, devices: ['/dev/sda'] });
  });

  it("caps the cores by those of the engine's machine", () => {
    assert.equal(buildContainerSpec({ ...request, engineCpus: 1 }).limits.cpus, 1);
    assert.equal(buildContainerSpec({ ...request, engineCpus: 64 }).limits.cpus, 2);
  });

  it('makes a filtered workspace as an isolated one, so that its container stays when it becomes the other', () => {
    const filtered = { ...request, network: 'filtered' } as const;
    const isolated = { ...filtered, network: 'isolated' } as const;
    assert.deepEqual(buildNetworkSpec(filtered), buildNetworkSpec(isolated));
    assert.deepEqual(buildContainerSpec(filtered), buildContainerSpec(isolated));
  });

  it('mounts a view in place of the folder for review, and nothing of the folder', () => {
    const viewPlaces = { lower: '/g/lower', upper: '/g/upper', work: '/g/work' };
    const review = { ...request, mount: 'review', viewPlaces } as const;
    const spec = buildContainerSpec(review);
    const view = { volume: `cordon-view-${id}`, target: '/workspace', folder: request.folder, ...viewPlaces };
    assert.deepEqual([spec.mounts, spec.view], [[], view]);
    const { 'cordon.workspace.record': record, ...own } = labels;
    assert.deepEqual(buildViewVolumeSpec(review), { view, labels: own });
    assert.equal(buildViewVolumeSpec(request), undefined);
    const moved = buildContainerSpec({ ...review, folder: '/elsewhere' });
    assert.notEqual(specFingerprint(moved), specFingerprint(spec));
  });
});

describe('names in the engine', () => {
  const names: readonly [name: string, container: string, hostname: string][] = [
    ['app', 'cordon-app-0f8b2c14', 'app'],
    ['Café No. 5', 'cordon-Cafe-No.-5-0f8b2c14', 'cafe-no-5'],
    ['작업 공간', 'cordon-workspace-0f8b2c14', 'workspace'],
    ['__init__.py', 'cordon-init__.py-0f8b2c14', 'init-py'],
    ['-- $(rm -rf) \n"x"', 'cordon-rm--rf-x-0f8b2c14', 'rm-rf-x'],
    ['.', 'cordon-workspace-0f8b2c14', 'workspace'],
    ['a'.repeat(100), `cordon-${'a'.repeat(40)}-0f8b2c14`, 'a'.repeat(40)],
  ];
  for (const [name, container, hostname] of names) {
    it(`come from ${JSON.stringify(name.slice(0, 20))}`, () => {
      const spec = buildContainerSpec({ ...request, name });
      assert.equal(spec.name, container);
      assert.equal(spec.hostname, hostname);
      assert.equal(spec.labels['cordon.workspace.name'], name);
    });
  }
});

describe("image's volumes", () => {
  const volumesOf = (imageVolumes: readonly string[]) =>
    buildContainerSpec({ ...request, imageVolumes })
      .tmpfs.slice(standard.tmpfs.length)
      .map(({ target }) => target);

  it('become places in memory that belong to the user', () => {
    assert.deepEqual(buildContainerSpec({ ...request, imageVolumes: ['/var/lib/mysql/'] }).tmpfs.at(-1), {
      target: '/var/lib/mysql',
      sizeMiB: 512,
      mode: '0755',
      uid: 1000,
      gid: 100,
      exec: true,
    });
  });

  it('are taken once, and not where something is mounted anyway', () => {
    assert.deepEqual(
      volumesOf(['/data', '/data/', '/x/../data', '/tmp', '/tmp/cache', '/workspace', '/workspaces']),
      ['/data', '/tmp/cache', '/workspaces'],
    );
  });

  const hostile = [
    ...['', 'data', './data', '/', '//', '/..', '/data/../..', '/etc', '/usr/', '/bin', '/lib', '/sbin'],
    ...['/proc', '/proc/sys/kernel', '/sys/fs/cgroup', '/dev', '/dev/shm', '/etc/hosts', '/etc/resolv.conf'],
    ...[
      '/workspace/node_modules',
      '/data/../workspace/.git',
      '/a\nb',
      '/a\0b',
      '/\ud800',
      `/${'x'.repeat(2000)}`,
    ],
  ];
  for (const path of hostile) {
    it(`at ${JSON.stringify(path.slice(0, 30))} are refused`, () => {
      assert.throws(() => volumesOf([path]), refused);
    });
  }

  it('are refused in large numbers', () => {
    assert.throws(() => volumesOf(Array.from({ length: 65 }, (_, index) => `/v${index}`)), refused);
  });
});

describe('network specification', () => {
  const network = { workspaceId: id, name: 'cordon-My-App-0f8b2c14', labels };

  it('is a network of its own for open', () => {
    assert.deepEqual(buildNetworkSpec(request), { ...network, isolated: false });
  });

  it('has no way out for isolated', () => {
    assert.deepEqual(buildNetworkSpec({ ...request, network: 'isolated' }), { ...network, isolated: true });
    assert.equal(buildContainerSpec({ ...request, network: 'isolated' }).network, 'own');
  });

  it('is missing for none', () => {
    assert.equal(buildNetworkSpec({ ...request, network: 'none' }), undefined);
    assert.equal(buildContainerSpec({ ...request, network: 'none' }).network, 'none');
  });
});

function refused(error: unknown): boolean {
  return hasCode(error, 'invalidRequest');
}
