import assert from 'node:assert/strict';
import type { ContainerStats } from '../../../../src/workspaces/engineMeasures.ts';
import { resourceSample } from '../../../../src/workspaces/resources/resourceSample.ts';
import { statsOf } from '../../../support/watchedStore.ts';

const taken = (clockMs: number, stats: Partial<ContainerStats>, containerId = 'c') => ({
  workspaceId: 'w',
  containerId,
  stats: statsOf(stats),
  atMs: 1_000_000 + clockMs,
  clockMs,
});

describe('what was used between two samples', () => {
  it('is told in cores and in bytes a second', () => {
    const before = taken(0, {
      cpuNanos: 1e9,
      networkReceivedBytes: 100,
      networkSentBytes: 10,
      ioReadBytes: 0,
      ioWriteBytes: 4096,
    });
    const now = taken(2000, {
      cpuNanos: 4e9,
      memoryBytes: 77,
      pids: 5,
      networkReceivedBytes: 2100,
      networkSentBytes: 30,
      ioReadBytes: 500,
      ioWriteBytes: 8192,
    });
    assert.deepEqual(resourceSample(before, now), {
      atMs: 1_002_000,
      cpuCores: 1.5,
      memoryBytes: 77,
      receivedBytesPerSecond: 1000,
      sentBytesPerSecond: 10,
      readBytesPerSecond: 250,
      writtenBytesPerSecond: 2048,
      pids: 5,
    });
  });

  it('is not told across a restart, for another container, and where the time between says nothing', () => {
    const before = taken(0, { cpuNanos: 1e9 });
    assert.equal(resourceSample(before, taken(2000, { cpuNanos: 5e8 })), undefined);
    assert.equal(resourceSample(before, taken(2000, { cpuNanos: 2e9 }, 'other')), undefined);
    assert.equal(resourceSample(before, taken(0, { cpuNanos: 1e9 })), undefined);
    assert.equal(resourceSample(before, taken(100, { cpuNanos: 2e9 })), undefined);
    assert.equal(resourceSample(before, taken(120_000, { cpuNanos: 2e9 })), undefined);
  });

  it('is nothing where a counter shrinks, because a network was taken away for instance', () => {
    const before = taken(0, { networkReceivedBytes: 5e9, ioWriteBytes: 100 });
    const now = resourceSample(before, taken(1000, { networkReceivedBytes: 10, ioWriteBytes: 300 }));
    assert.deepEqual([now?.receivedBytesPerSecond, now?.writtenBytesPerSecond], [0, 200]);
  });
});
