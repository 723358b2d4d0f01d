import type { ContainerSpec, FolderView } from '../../src/isolation/containerSpec.ts';
import { strictSeccomp } from '../../src/isolation/strictSeccomp.ts';
import { userText } from '../../src/isolation/workspaceUser.ts';
import { specFingerprint } from '../../src/isolation/specFingerprint.ts';
import type { ContainerFacts } from '../../src/isolation/isolationReport.ts';

/** What an engine's inspect says of a running container that was made exactly as specified. */
export function compliantFacts(spec: ContainerSpec, id = 'container'): ContainerFacts {
  const memoryBytes = spec.limits.memoryMiB * 1024 * 1024;
  return {
    id,
    running: true,
    paused: false,
    pid: 0,
    exitCode: 0,
    specFingerprint: specFingerprint(spec),
    startedAt: '2026-01-01T00:00:00Z',
    command: spec.command ?? [],
    user: userText(spec.user),
    privileged: false,
    capabilitiesAdded: spec.capabilities,
    capabilitiesDropped: ['ALL'],
    securityOptions: [
      'no-new-privileges',
      ...(spec.seccomp === 'strict' ? [`seccomp=${strictSeccomp}`] : []),
    ],
    processLabel: '',
    runtime: spec.runtime || 'runc',
    readOnlyRoot: spec.readOnlyRoot,
    init: true,
    devices: 0,
    sharedNamespaces: [],
    ipcMode: 'private',
    networkMode: spec.network === 'none' ? 'none' : spec.name,
    networks: spec.network === 'none' ? ['none'] : [spec.name],
    appArmorProfile: 'docker-default',
    cgroupParent: '',
    environmentNames: [],
    imageId: `id of ${spec.image}`,
    execIds: [],
    publishedPorts: 0,
    mounts: [
      ...spec.mounts.map(({ source, target, readOnly }) => ({
        type: 'bind',
        source,
        target,
        writable: !readOnly,
        propagation: 'rprivate',
      })),
      ...(spec.view ? [viewFact(spec.view)] : []),
      ...spec.tmpfs.map(({ target }) => ({
        type: 'tmpfs',
        source: '',
        target,
        writable: true,
        propagation: '',
      })),
    ],
    readOnlyPaths: spec.readOnlyPaths,
    maskedPaths: spec.maskedPaths,
    memoryBytes,
    memorySwapBytes: memoryBytes,
    nanoCpus: spec.limits.cpus * 1e9,
    pidsLimit: spec.limits.pids,
    sharedMemoryBytes: spec.limits.sharedMemoryMiB * 1024 * 1024,
    ulimits: [
      { name: 'nofile', soft: spec.limits.openFiles, hard: spec.limits.openFiles },
      { name: 'core', soft: 0, hard: 0 },
    ],
    diskLimits: spec.disk.devices.flatMap((device) => [
      { device, direction: 'read' as const, bytesPerSecond: spec.disk.readMiBps * 1024 * 1024 },
      { device, direction: 'write' as const, bytesPerSecond: spec.disk.writeMiBps * 1024 * 1024 },
    ]),
    restartPolicy: 'no',
    hasHealthcheck: spec.healthcheck !== undefined,
  };
}

function viewFact({ volume, target }: FolderView): ContainerFacts['mounts'][number] {
  return { type: 'volume', volume, source: '/volumes', target, writable: true, propagation: '' };
}
