import * as z from 'zod/mini';
import type { ContainerFacts } from '../isolation/isolationReport.ts';
import { labels } from '../isolation/labels.ts';
import { answerNotUnderstood } from './engineErrors.ts';

const text = z._default(z.nullish(z.string()), '');
const number = z._default(z.nullish(z.number()), 0);
const flag = z._default(z.nullish(z.boolean()), false);
const texts = z.nullish(z.array(z.string()));
const anything = z.nullish(z.array(z.unknown()));
const keyed = z.nullish(z.record(z.string(), z.unknown()));
const deviceRates = z.nullish(z.array(z.object({ Path: z.string(), Rate: z.number() })));

const inspectAnswer = z.object({
  Id: z.string(),
  Image: text,
  AppArmorProfile: text,
  ProcessLabel: text,
  ExecIDs: texts,
  State: z.object({ Running: z.boolean(), Paused: flag, Pid: number, ExitCode: number, StartedAt: text }),
  Config: z.object({
    User: text,
    Entrypoint: texts,
    Cmd: texts,
    Env: texts,
    Labels: keyed,
    Healthcheck: z.nullish(z.object({ Test: texts })),
  }),
  HostConfig: z.object({
    Privileged: z.boolean(),
    CapAdd: texts,
    CapDrop: texts,
    SecurityOpt: texts,
    Runtime: text,
    ReadonlyRootfs: flag,
    Init: flag,
    Devices: anything,
    DeviceRequests: anything,
    DeviceCgroupRules: anything,
    Tmpfs: keyed,
    PidMode: text,
    IpcMode: text,
    NetworkMode: text,
    UTSMode: text,
    CgroupnsMode: text,
    UsernsMode: text,
    ReadonlyPaths: texts,
    MaskedPaths: texts,
    CgroupParent: text,
    PublishAllPorts: flag,
    PortBindings: keyed,
    Memory: number,
    MemorySwap: number,
    NanoCpus: number,
    PidsLimit: number,
    ShmSize: number,
    Ulimits: z.nullish(z.array(z.object({ Name: z.string(), Soft: z.number(), Hard: z.number() }))),
    BlkioDeviceReadBps: deviceRates,
    BlkioDeviceWriteBps: deviceRates,
    RestartPolicy: z.nullish(z.object({ Name: text })),
  }),
  Mounts: z.nullish(
    z.array(
      z.object({ Type: text, Name: text, Source: text, Destination: text, RW: flag, Propagation: text }),
    ),
  ),
  NetworkSettings: z.object({ Ports: keyed, Networks: keyed }),
});

type InspectAnswer = z.infer<typeof inspectAnswer>;
type HostConfig = InspectAnswer['HostConfig'];

/** Reads an engine's answer about one container; a damaged answer proves nothing and is an error. */
export function containerFacts(answer: unknown): ContainerFacts {
  const parsed = inspectAnswer.safeParse(answer);
  if (!parsed.success) throw answerNotUnderstood('container', parsed.error);
  const { Id, Image, AppArmorProfile, ProcessLabel, ExecIDs, State, Config, HostConfig: host } = parsed.data;
  const { Mounts, NetworkSettings } = parsed.data;
  const test = Config.Healthcheck?.Test ?? [];
  return {
    id: Id,
    running: State.Running,
    pid: State.Pid ?? 0,
    paused: State.Paused ?? false,
    exitCode: State.Running ? undefined : (State.ExitCode ?? undefined),
    startedAt: State.StartedAt && !State.StartedAt.startsWith('0001-') ? State.StartedAt : undefined,
    specFingerprint: labelOf(Config.Labels, labels.spec),
    command: [...(Config.Entrypoint ?? []), ...(Config.Cmd ?? [])],
    user: Config.User ?? '',
    privileged: host.Privileged,
    capabilitiesAdded: (host.CapAdd ?? []).map(withoutPrefix),
    capabilitiesDropped: (host.CapDrop ?? []).map(withoutPrefix),
    securityOptions: host.SecurityOpt ?? [],
    runtime: host.Runtime ?? '',
    processLabel: ProcessLabel ?? '',
    readOnlyRoot: host.ReadonlyRootfs ?? false,
    init: host.Init ?? false,
    devices: [host.Devices, host.DeviceRequests, host.DeviceCgroupRules].flatMap((list) => list ?? []).length,
    sharedNamespaces: sharedNamespaces(host),
    ipcMode: host.IpcMode ?? '',
    networkMode: host.NetworkMode ?? '',
    networks: Object.keys(NetworkSettings.Networks ?? {}),
    appArmorProfile: AppArmorProfile ?? '',
    cgroupParent: host.CgroupParent ?? '',
    environmentNames: (Config.Env ?? []).map((variable) => variable.split('=', 1)[0] ?? ''),
    imageId: Image ?? '',
    execIds: ExecIDs ?? [],
    publishedPorts: publishedPorts(host, NetworkSettings.Ports ?? {}),
    mounts: [...(Mounts ?? []).map(mountFact), ...Object.keys(host.Tmpfs ?? {}).map(memoryFact)],
    readOnlyPaths: host.ReadonlyPaths ?? undefined,
    maskedPaths: host.MaskedPaths ?? undefined,
    memoryBytes: host.Memory ?? 0,
    memorySwapBytes: host.MemorySwap ?? 0,
    nanoCpus: host.NanoCpus ?? 0,
    pidsLimit: host.PidsLimit ?? 0,
    sharedMemoryBytes: host.ShmSize ?? 0,
    ulimits: (host.Ulimits ?? []).map(({ Name, Soft, Hard }) => ({ name: Name, soft: Soft, hard: Hard })),
    diskLimits: [
      ...diskLimits('read', host.BlkioDeviceReadBps),
      ...diskLimits('write', host.BlkioDeviceWriteBps),
    ],
    restartPolicy: host.RestartPolicy?.Name ?? '',
    hasHealthcheck: test.length > 0 && test[0] !== 'NONE' && test[0] !== '',
  };
}

function diskLimits(
  direction: 'read' | 'write',
  rates: HostConfig['BlkioDeviceReadBps'],
): ContainerFacts['diskLimits'] {
  return (rates ?? []).map(({ Path, Rate }) => ({ device: Path, direction, bytesPerSecond: Rate }));
}

function labelOf(all: InspectAnswer['Config']['Labels'], name: string): string {
  const value = all?.[name];
  return typeof value === 'string' ? value : '';
}

type MountFact = ContainerFacts['mounts'][number];

function mountFact(mount: NonNullable<InspectAnswer['Mounts']>[number]): MountFact {
  return {
    type: mount.Type ?? '',
    ...(mount.Name && { volume: mount.Name }),
    source: mount.Source ?? '',
    target: mount.Destination ?? '',
    writable: mount.RW ?? false,
    propagation: mount.Propagation ?? '',
  };
}

/** Engines list places in memory that were asked for by path apart from all other mounts. */
function memoryFact(target: string): MountFact {
  return { type: 'tmpfs', source: '', target, writable: true, propagation: '' };
}

function withoutPrefix(capability: string): string {
  return capability.replace(/^CAP_/i, '');
}

/** Namespaces shared with the host or with another container: neither is its own. */
function sharedNamespaces(host: HostConfig): string[] {
  const modes = {
    pid: host.PidMode,
    ipc: host.IpcMode,
    network: host.NetworkMode,
    uts: host.UTSMode,
    cgroup: host.CgroupnsMode,
    user: host.UsernsMode,
  };
  return Object.entries(modes)
    .filter(([, mode]) => mode === 'host' || mode?.startsWith('container:'))
    .map(([name]) => name);
}

function publishedPorts(host: HostConfig, ports: Record<string, unknown>): number {
  const asked = Object.values(host.PortBindings ?? {}).filter(isBound).length;
  const inForce = Object.values(ports).filter(isBound).length;
  return Math.max(asked, inForce, host.PublishAllPorts ? 1 : 0);
}

function isBound(bindings: unknown): boolean {
  return Array.isArray(bindings) && bindings.length > 0;
}
