import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { engineJson } from '../../host/engineRequest.mjs';
import { ensureImages } from '../../host/images.mjs';
import { testEngine, type TestEngine } from '../../support/engine.ts';
import { tinyImage } from '../../support/tinySpec.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';

/** What an engine says of a container, as far as the benchmark asks for it. */
interface Inspected {
  readonly Image: string;
  readonly AppArmorProfile: string;
  readonly ExecIDs: readonly string[] | null;
  readonly State: { readonly Health?: unknown };
  readonly Config: { readonly Image: string };
  readonly HostConfig: {
    readonly [name: string]: unknown;
    readonly CapAdd: readonly string[] | null;
    readonly SecurityOpt: readonly string[] | null;
    readonly RestartPolicy: { readonly Name: string };
    readonly Ulimits: readonly unknown[] | null;
    readonly Devices: readonly unknown[] | null;
  };
  readonly Mounts: readonly { Source: string; Destination: string; Propagation: string; Type: string }[];
  readonly NetworkSettings: {
    readonly Ports: Record<string, readonly { HostIp: string }[] | null>;
    readonly Networks: Record<string, unknown>;
  };
}

interface Evidence {
  readonly container: Inspected;
  readonly info: { readonly SecurityOptions: readonly string[]; readonly Swarm?: { LocalNodeState: string } };
  /** Command lines of all that runs in the container. */
  readonly processes: readonly string[];
  /** Commands started by Cordon. */
  readonly execs: readonly { readonly ProcessConfig: { privileged?: boolean; user?: string } }[];
  readonly imageId: string;
}

const sensitive = ['/', '/boot', '/dev', '/etc', '/lib', '/proc', '/sys', '/usr'];
const has = (info: Evidence['info'], name: string) =>
  info.SecurityOptions.some((option) => option.split(',').includes(`name=${name}`));
const bindings = ({ NetworkSettings }: Inspected) =>
  Object.entries(NetworkSettings.Ports).flatMap(([port, bound]) =>
    (bound ?? []).map(({ HostIp }) => ({ port: Number.parseInt(port, 10), address: HostIp })),
  );

/** Section 5 of the CIS Docker Benchmark 1.6.0, asked of the engine itself and not of Cordon's own audit. */
const checks: Readonly<Record<string, (evidence: Evidence) => boolean>> = {
  '5.1 swarm mode is not enabled': ({ info }) => (info.Swarm?.LocalNodeState ?? 'inactive') === 'inactive',
  '5.2 an AppArmor profile is enabled, if applicable': ({ container, info }) =>
    !has(info, 'apparmor') || !['', 'unconfined'].includes(container.AppArmorProfile),
  '5.3 SELinux options are set, if applicable': ({ container, info }) =>
    !has(info, 'selinux') ||
    !(container.HostConfig.SecurityOpt ?? []).some((option) => /label[=:]disable/.test(option)),
  '5.4 capabilities are restricted': ({ container }) => (container.HostConfig.CapAdd ?? []).length === 0,
  '5.5 not privileged': ({ container }) => container.HostConfig['Privileged'] === false,
  '5.6 no sensitive folder of the host is mounted': ({ container }) =>
    container.Mounts.every(({ Source }) => !sensitive.includes(Source)),
  '5.7 no sshd runs': ({ processes }) => !processes.some((line) => /\bsshd\b/.test(line)),
  '5.8 no privileged port is mapped': ({ container }) =>
    bindings(container).every(({ port }) => port >= 1024),
  '5.9 only needed ports are open, which is none': ({ container }) => bindings(container).length === 0,
  '5.10 the network of the host is not shared': ({ container }) =>
    container.HostConfig['NetworkMode'] !== 'host',
  '5.11 memory is limited': ({ container }) => Number(container.HostConfig['Memory']) > 0,
  '5.12 CPU is limited': ({ container }) =>
    Number(container.HostConfig['NanoCpus']) > 0 || Number(container.HostConfig['CpuShares']) > 0,
  '5.13 the root file system is read-only': ({ container }) =>
    container.HostConfig['ReadonlyRootfs'] === true,
  '5.14 incoming traffic is bound to one interface': ({ container }) =>
    bindings(container).every(({ address }) => !['', '0.0.0.0', '::'].includes(address)),
  '5.15 not restarted for ever': ({ container }) => container.HostConfig.RestartPolicy.Name !== 'always',
  '5.16 the process namespace of the host is not shared': ({ container }) =>
    container.HostConfig['PidMode'] !== 'host',
  '5.17 the IPC namespace of the host is not shared': ({ container }) =>
    container.HostConfig['IpcMode'] !== 'host',
  '5.18 no device of the host is exposed': ({ container }) =>
    (container.HostConfig.Devices ?? []).length === 0 && !container.HostConfig['DeviceRequests'],
  '5.19 ulimits are set': ({ container }) => (container.HostConfig.Ulimits ?? []).length > 0,
  '5.20 mounts are not shared': ({ container }) =>
    container.Mounts.every(({ Propagation }) => !Propagation.includes('shared')),
  '5.21 the UTS namespace of the host is not shared': ({ container }) =>
    container.HostConfig['UTSMode'] !== 'host',
  '5.22 the default seccomp profile is not disabled': ({ container, info }) =>
    has(info, 'seccomp') &&
    !(container.HostConfig.SecurityOpt ?? []).some((option) => /seccomp[=:]unconfined/.test(option)),
  '5.23 commands are not privileged': ({ execs }) =>
    execs.length > 0 && execs.every(({ ProcessConfig }) => ProcessConfig.privileged !== true),
  '5.24 commands are not of root': ({ execs }) =>
    execs.every(({ ProcessConfig }) => !/^(0|root)(:|$)/.test(ProcessConfig.user ?? '')),
  '5.25 the control group is the default one': ({ container }) => container.HostConfig['CgroupParent'] === '',
  '5.26 no new privileges': ({ container }) =>
    (container.HostConfig.SecurityOpt ?? []).some((option) => /^no-new-privileges([=:]true)?$/.test(option)),
  '5.27 health is checked': ({ container }) => container.State.Health !== undefined,
  '5.28 the image is the newest one of its reference': ({ container, imageId }) =>
    container.Image === imageId,
  '5.29 processes are limited': ({ container }) => Number(container.HostConfig['PidsLimit']) > 0,
  '5.30 the default bridge is not used': ({ container }) =>
    !['default', 'bridge'].includes(String(container.HostConfig['NetworkMode'])) &&
    !('bridge' in container.NetworkSettings.Networks),
  '5.31 the user namespace of the host is not shared': ({ container }) =>
    container.HostConfig['UsernsMode'] !== 'host',
  '5.32 the socket of the engine is not mounted': ({ container }) =>
    container.Mounts.every(({ Source, Destination }) => !(Source + Destination).endsWith('docker.sock')),
};

/** What the documentation of the profile says that it does not do. */
const exceptions: Readonly<Record<string, readonly string[]>> = {
  standard: [],
  basic: ['5.4', '5.13'],
  strict: [],
};

for (const [profile, exempt] of Object.entries(exceptions))
  describe(`CIS Docker Benchmark 1.6.0, section 5, on a running workspace of the profile ${profile}`, function () {
    this.timeout(60_000);
    let engine: TestEngine;
    let core: ReturnType<typeof workspacesOnEngine>;
    let folder: string;
    let evidence: Evidence;

    before(async () => {
      engine = await testEngine();
      await ensureImages({ socketPath: engine.socketPath, wanted: [tinyImage] });
      core = workspacesOnEngine(engine.connection);
      folder = await temporaryFolder();
      const ask = (path: string) => engineJson(engine.socketPath, 'GET', path);
      const { id } = await core.service.create({ name: 'benchmark', folder, profile });
      const session = await core.service.openSession(id, { kind: 'command', command: ['sleep', '60'] });
      const { container } = core.service.get(id)!;
      assert.equal(container.kind, 'running');
      const inspected = (await ask(`/containers/${container.id}/json`)) as Inspected;
      const top = (await ask(`/containers/${container.id}/top`)) as { Processes: readonly string[][] };
      const execs = (inspected.ExecIDs ?? []).map((exec) => ask(`/exec/${exec}/json`));
      const image = (await ask(`/images/${inspected.Config.Image}/json`)) as { Id: string };
      evidence = {
        container: inspected,
        info: (await ask('/info')) as Evidence['info'],
        processes: top.Processes.map((columns) => columns.join(' ')),
        execs: (await Promise.all(execs)) as Evidence['execs'],
        imageId: image.Id,
      };
      await session.end();
    });
    after(async () => {
      for (const { id } of core.service.list()) await core.service.remove(id);
      core.dispose();
      await engine.dispose();
      await fs.rm(join(folder, '..'), { recursive: true });
    });

    for (const [title, passes] of Object.entries(checks))
      if (exempt.includes(title.split(' ', 1)[0] ?? ''))
        it(`${title}: not, as the documentation says`, () => {
          assert.equal(passes(evidence), false);
        });
      else
        it(title, () => {
          assert.equal(passes(evidence), true);
        });
  });
