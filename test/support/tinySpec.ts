import type { ContainerSpec } from '../../src/isolation/containerSpec.ts';
import { labels } from '../../src/isolation/labels.ts';

/** A shell and the usual programs, two megabytes. */
export const tinyImage = 'cordon-test/tiny:local';

/**
 * What is remembered of a workspace of a test. A start takes what it cannot read for somebody who could change its
 * folder, and holds it still: no Cordon that uses the engine meanwhile is to do so with this one.
 */
export function testRecord(): string {
  const at = '2026-01-01T00:00:00.000Z';
  const choices = { image: tinyImage, profile: 'standard', network: 'none', mount: 'readonly', env: {} };
  const limits = { cpus: 1, memoryMiB: 64, pids: 32, tmpMiB: 16 };
  const folder = 'file:///nowhere';
  return JSON.stringify({
    ...{ id: '0'.repeat(32), name: 'test', folder, status: 'active', ...choices, limits },
    ...{ createdAt: at, updatedAt: at },
  });
}

/** The labels of a workspace of a test. */
export function testLabels(workspaceId: string): Record<string, string> {
  return {
    [labels.managed]: 'true',
    [labels.workspaceId]: workspaceId,
    [labels.workspaceName]: 'test',
    [labels.record]: testRecord(),
    [labels.schema]: '1',
  };
}

/** A small, strictly isolated container that waits. */
export function tinySpec(workspaceId: string, overrides: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    workspaceId,
    name: `cordon-${workspaceId}`,
    image: tinyImage,
    hostname: 'test',
    labels: testLabels(workspaceId),
    command: ['sleep', '2147483647'],
    user: { uid: 1000, gid: 1000 },
    workingFolder: '/',
    env: {},
    mounts: [],
    readOnlyPaths: [],
    maskedPaths: [],
    tmpfs: [{ target: '/tmp', sizeMiB: 16, mode: '1777', uid: 1000, gid: 1000, exec: false }],
    readOnlyRoot: true,
    capabilities: [],
    seccomp: 'engine',
    runtime: '',
    disk: { readMiBps: 0, writeMiBps: 0, devices: [] },
    limits: { cpus: 1, memoryMiB: 128, pids: 64, sharedMemoryMiB: 16, openFiles: 1024, coreBytes: 0 },
    network: 'none',
    looksUpNames: false,
    ipv6: false,
    ...overrides,
  };
}
