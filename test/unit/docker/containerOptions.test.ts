import assert from 'node:assert/strict';
import { containerOptions, nanoCpus } from '../../../src/docker/containerOptions.ts';
import { kernelVersion, type EngineFacts } from '../../../src/docker/engineFacts.ts';
import { networkOptions, type NetworkOptions } from '../../../src/docker/networkOptions.ts';
import { strictSeccomp } from '../../../src/isolation/strictSeccomp.ts';
import type { ContainerSpec } from '../../../src/isolation/containerSpec.ts';

const spec: ContainerSpec = {
  workspaceId: 'w1',
  name: 'cordon-app-w1',
  image: 'debian:12',
  hostname: 'app',
  labels: { 'cordon.managed': 'true', 'cordon.workspace.id': 'w1' },
  command: ['sleep', 'infinity'],
  healthcheck: ['sleep', '0'],
  user: { uid: 1000, gid: 100 },
  workingFolder: '/workspace',
  env: { HOME: '/home/cordon', A: 'b=c' },
  mounts: [
    { source: '/home/me/a:b, c', target: '/workspace', readOnly: false },
    { source: '/ref', target: '/ref', readOnly: true },
  ],
  readOnlyPaths: ['/proc/sys', '/workspace/.git/hooks'],
  maskedPaths: ['/proc/kcore', '/workspace/.env'],
  tmpfs: [
    { target: '/tmp', sizeMiB: 64, mode: '1777', uid: 1000, gid: 100, exec: true },
    { target: '/run', sizeMiB: 16, mode: '0755', uid: 1000, gid: 100, exec: false },
  ],
  readOnlyRoot: true,
  capabilities: ['NET_BIND_SERVICE'],
  seccomp: 'engine',
  runtime: '',
  disk: { readMiBps: 0, writeMiBps: 0, devices: [] },
  limits: { cpus: 8, memoryMiB: 512, pids: 256, sharedMemoryMiB: 64, openFiles: 1024, coreBytes: 0 },
  network: 'own',
  looksUpNames: true,
  ipv6: false,
};

const facts: EngineFacts = {
  info: { apiVersion: '1.41', cpus: 4, rootless: false, product: 'Docker Engine' },
  kernel: { major: 6, minor: 1 },
  kernelHasIpv6: true,
};
const speaking = (apiVersion: string): EngineFacts => ({ ...facts, info: { ...facts.info, apiVersion } });

describe('what the engine is asked for', () => {
  it('is exactly this for a container', () => {
    assert.deepEqual(containerOptions(spec, 'net1', facts), {
      Hostname: 'app',
      Image: 'debian:12',
      Labels: {
        'cordon.managed': 'true',
        'cordon.workspace.id': 'w1',
        // an engine would take these from the image
        'cordon.workspace.name': '',
        'cordon.workspace.record': '',
        'cordon.schema': '',
        'cordon.role': '',
        'cordon.spec': '',
        'cordon.copy.of': '',
      },
      User: '1000:100',
      WorkingDir: '/workspace',
      Env: ['HOME=/home/cordon', 'A=b=c'],
      Entrypoint: ['sleep', 'infinity'],
      Cmd: [],
      AttachStdin: false,
      AttachStdout: false,
      AttachStderr: false,
      Tty: false,
      Healthcheck: {
        Test: ['CMD', 'sleep', '0'],
        Interval: 60_000_000_000,
        Timeout: 10_000_000_000,
        Retries: 3,
      },
      StopTimeout: 5,
      HostConfig: {
        Init: true,
        CapDrop: ['ALL'],
        CapAdd: ['NET_BIND_SERVICE'],
        SecurityOpt: ['no-new-privileges'],
        Privileged: false,
        ReadonlyRootfs: true,
        IpcMode: 'private',
        CgroupnsMode: 'private',
        Devices: [],
        ReadonlyPaths: ['/proc/sys', '/workspace/.git/hooks'],
        MaskedPaths: ['/proc/kcore', '/workspace/.env'],
        Mounts: [
          {
            Type: 'bind',
            Source: '/home/me/a:b, c',
            Target: '/workspace',
            ReadOnly: false,
            BindOptions: { Propagation: 'rprivate' },
          },
          {
            Type: 'bind',
            Source: '/ref',
            Target: '/ref',
            ReadOnly: true,
            BindOptions: { Propagation: 'rprivate', NonRecursive: true },
          },
        ],
        Tmpfs: {
          '/tmp': 'rw,nosuid,nodev,exec,size=64m,mode=1777,uid=1000,gid=100',
          '/run': 'rw,nosuid,nodev,noexec,size=16m,mode=0755,uid=1000,gid=100',
        },
        NanoCpus: 4_000_000_000,
        Memory: 536_870_912,
        MemorySwap: 536_870_912,
        PidsLimit: 256,
        ShmSize: 67_108_864,
        Ulimits: [
          { Name: 'nofile', Soft: 1024, Hard: 1024 },
          { Name: 'core', Soft: 0, Hard: 0 },
        ],
        BlkioDeviceReadBps: [],
        BlkioDeviceWriteBps: [],
        RestartPolicy: { Name: 'no' },
        NetworkMode: 'net1',
        PublishAllPorts: false,
        Sysctls: { 'net.ipv6.conf.all.disable_ipv6': '1' },
        LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
      },
    });
  });

  it('keeps the command of the image waiting when none is given, and checks no health', () => {
    const { command: _, healthcheck: __, ...bare } = spec;
    const options = containerOptions(bare, 'net1', facts);
    assert.equal('Entrypoint' in options || 'Cmd' in options, false);
    assert.equal('OpenStdin' in options && options.OpenStdin, true);
    assert.deepEqual(options.Healthcheck, { Test: ['NONE'] });
  });

  it('has no names looked up for a container that has no way out', () => {
    const dnsOf = (some: ContainerSpec) => {
      const { Dns, DnsOptions } = {
        Dns: undefined,
        DnsOptions: undefined,
        ...containerOptions(some, 'net1', facts).HostConfig,
      };
      return [Dns, DnsOptions];
    };
    assert.deepEqual(dnsOf(spec), [undefined, undefined]);
    assert.deepEqual(dnsOf({ ...spec, looksUpNames: false }), [['127.0.0.1'], ['timeout:1', 'attempts:1']]);
  });

  it('never falls back to a network that others share', () => {
    assert.equal(
      containerOptions({ ...spec, network: 'none' }, undefined, facts).HostConfig.NetworkMode,
      'none',
    );
    assert.throws(() => containerOptions(spec, undefined, facts), TypeError);
    assert.throws(() => containerOptions(spec, '', facts), TypeError);
  });

  it('leaves the switch for IPv6 alone where the kernel has none, or IPv6 is wanted', () => {
    assert.deepEqual(containerOptions(spec, 'n', { ...facts, kernelHasIpv6: false }).HostConfig.Sysctls, {});
    assert.deepEqual(containerOptions({ ...spec, ipv6: true }, 'n', facts).HostConfig.Sysctls, {});
  });

  it('makes read-only reach below the mount where engine and kernel can', () => {
    const readOnly = (some: EngineFacts) =>
      containerOptions(spec, 'n', some).HostConfig.Mounts[1]?.BindOptions;
    assert.deepEqual(readOnly(speaking('1.44')), { Propagation: 'rprivate', ReadOnlyForceRecursive: true });
    for (const kernel of [undefined, { major: 5, minor: 11 }, { major: 4, minor: 19 }]) {
      assert.deepEqual(readOnly({ ...speaking('1.44'), kernel }), {
        Propagation: 'rprivate',
        NonRecursive: true,
      });
    }
  });

  it('names runtime, strict filter, disk speed and the user of the image only where the specification does', () => {
    const { HostConfig, User } = containerOptions(
      {
        ...spec,
        user: { name: 'node' },
        seccomp: 'strict',
        runtime: 'runsc',
        disk: { readMiBps: 2, writeMiBps: 1, devices: ['/dev/sda', '/dev/sdb'] },
      },
      'n',
      facts,
    );
    assert.equal(User, 'node');
    assert.equal('Runtime' in HostConfig && HostConfig.Runtime, 'runsc');
    assert.deepEqual(HostConfig.SecurityOpt, ['no-new-privileges', `seccomp=${strictSeccomp}`]);
    assert.deepEqual(HostConfig.BlkioDeviceReadBps, [
      { Path: '/dev/sda', Rate: 2_097_152 },
      { Path: '/dev/sdb', Rate: 2_097_152 },
    ]);
    assert.deepEqual(
      HostConfig.BlkioDeviceWriteBps.map(({ Rate }) => Rate),
      [1_048_576, 1_048_576],
    );
  });

  it('asks for no more cores than the engine has', () => {
    assert.equal(nanoCpus(0.01, 2), 10_000_000);
    assert.equal(nanoCpus(512, 2), 2_000_000_000);
    assert.equal(nanoCpus(3, 0), 3_000_000_000);
  });

  it('reads the kernel out of its release', () => {
    assert.deepEqual(kernelVersion('6.1.0-18-amd64'), { major: 6, minor: 1 });
    assert.equal(kernelVersion('unknown'), undefined);
  });
});

describe('what the engine is asked for as a network', () => {
  const open = { workspaceId: 'w1', name: 'cordon-app-w1', labels: { a: 'b' }, isolated: false };
  const bridge = 'com.docker.network.bridge';

  it('is exactly this for an open one', () => {
    assert.deepEqual(networkOptions(open, facts), [
      {
        Name: 'cordon-app-w1',
        Driver: 'bridge',
        Internal: false,
        EnableIPv6: false,
        Attachable: false,
        Labels: { a: 'b' },
        Options: { [`${bridge}.enable_icc`]: 'false' },
        CheckDuplicate: true,
      },
    ]);
  });

  it('is exactly this for an isolated one: a macvlan above an empty bridge', () => {
    const common = { Internal: true, EnableIPv6: false, Attachable: false, Labels: { a: 'b' } };
    assert.deepEqual(networkOptions({ ...open, isolated: true }, speaking('1.44')), [
      {
        ...common,
        Name: 'cordon-app-w1-end',
        Driver: 'bridge',
        Options: {
          [`${bridge}.enable_icc`]: 'false',
          [`${bridge}.inhibit_ipv4`]: 'true',
          [`${bridge}.name`]: 'cordon60c5590f7',
        },
        IPAM: { Config: [{ Subnet: '249.84.90.252/30' }] },
      },
      { ...common, Name: 'cordon-app-w1', Driver: 'macvlan', Options: { parent: 'cordon60c5590f7' } },
    ]);
  });

  it('gives every isolated one a bridge and a reserved range of its own', () => {
    const ids = Array.from({ length: 500 }, (_, index) => `workspace-${index}`);
    const bridges = ids.map(
      (workspaceId) => networkOptions({ ...open, workspaceId, isolated: true }, facts)[0],
    );
    for (const read of [
      (made: NetworkOptions) => made.Options[`${bridge}.name`],
      (made: NetworkOptions) => made.IPAM?.Config[0]?.Subnet,
    ])
      assert.equal(new Set(bridges.map(read)).size, ids.length);
    for (const { IPAM, Options } of bridges) {
      const [first = 0, , , last = 0] = (IPAM?.Config[0]?.Subnet ?? '').split(/[./]/).map(Number);
      assert.ok(first >= 240 && first < 255 && last % 4 === 0, IPAM?.Config[0]?.Subnet);
      assert.equal(Options[`${bridge}.name`]?.length, 15);
    }
  });
});
