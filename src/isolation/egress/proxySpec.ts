import { createHash } from 'node:crypto';
import type { ContainerSpec, NetworkSpec, TmpfsMount } from '../containerSpec.ts';
import { engineName } from '../engineNames.ts';
import { imageVolumeTargets } from '../imageVolumes.ts';
import { labels, labelsSchema, proxyRole } from '../labels.ts';
import { maskedSystemPaths, readOnlySystemPaths } from '../systemPaths.ts';
import { proxyHost } from './proxyHost.ts';
import { proxyCommand, proxyConfigurationVariable, proxyTmpfs, proxyUser } from './proxyProgram.ts';

/** What decides what a proxy is made of. */
export interface ProxyRequest {
  readonly id: string;
  readonly name: string;
  /** The image of the proxy, not of the workspace. */
  readonly image: string;
  /** What the proxy lets through, in its own words. */
  readonly configuration: string;
  readonly engineCpus: number;
}

const [uid = 0, gid = 0] = proxyUser.split(':').map(Number);
const user = { uid, gid };

/** What a proxy may use. Idle it needs a third of the memory. */
const limits = { cpus: 1, memoryMiB: 96, pids: 32, sharedMemoryMiB: 8, openFiles: 16_384, coreBytes: 0 };

/** The specification of a workspace's proxy: no folder, nothing writable but memory, no capability, and no host. */
export function buildProxySpec(request: ProxyRequest): ContainerSpec {
  const spec = {
    workspaceId: request.id,
    name: `${engineName(request.name, request.id)}-proxy`,
    image: request.image,
    hostname: proxyHost,
    command: proxyCommand(),
    user,
    workingFolder: '/',
    env: { [proxyConfigurationVariable]: request.configuration },
    mounts: [],
    readOnlyPaths: readOnlySystemPaths,
    maskedPaths: maskedSystemPaths(request.engineCpus),
    tmpfs: Object.keys(proxyTmpfs).map(placeInMemory),
    readOnlyRoot: true,
    capabilities: [],
    seccomp: 'strict' as const,
    runtime: '',
    limits: { ...limits, cpus: Math.min(limits.cpus, request.engineCpus) },
    disk: { readMiBps: 0, writeMiBps: 0, devices: [] },
    network: 'own' as const,
    looksUpNames: true,
    ipv6: false,
    isBetweenNetworks: true as const,
  };
  return { ...spec, labels: { ...labelsOf(request), [labels.spec]: fingerprint(spec) } };
}

/**
 * The same for an image that declares these paths as VOLUME, with places in memory so that the engine makes no volumes for
 * them. Throws `invalidRequest` for paths that cannot be honoured. What it is made for, as a fingerprint, stays.
 */
export function withImageVolumes(spec: ContainerSpec, volumes: readonly string[]): ContainerSpec {
  const taken = spec.tmpfs.map(({ target }) => target);
  return { ...spec, tmpfs: [...spec.tmpfs, ...imageVolumeTargets(volumes, taken).map(placeInMemory)] };
}

/** The network over which a proxy reaches out. The workspace never joins it. */
export function buildOutwardNetworkSpec(request: Pick<ProxyRequest, 'id' | 'name'>): NetworkSpec {
  return {
    workspaceId: request.id,
    name: `${engineName(request.name, request.id)}-out`,
    labels: labelsOf(request),
    isolated: false,
  };
}

function placeInMemory(target: string): TmpfsMount {
  return { target, sizeMiB: 1, mode: '0700', ...user, exec: false };
}

function labelsOf({ id, name }: Pick<ProxyRequest, 'id' | 'name'>): Record<string, string> {
  return {
    [labels.managed]: 'true',
    [labels.workspaceId]: id,
    [labels.workspaceName]: name,
    [labels.role]: proxyRole,
    [labels.schema]: labelsSchema,
  };
}

/** All of it: a proxy is made anew where anything of it is another. A new name of the workspace changes nothing. */
function fingerprint({ name, ...spec }: Omit<ContainerSpec, 'labels'>): string {
  return createHash('sha256').update(JSON.stringify(spec)).digest('hex');
}
