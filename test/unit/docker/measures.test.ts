import assert from 'node:assert/strict';
import { containerStats, processList } from '../../../src/docker/measures.ts';
import { failsWith } from '../../support/engine.ts';

const answer = (memoryStats: object, changes: object = {}) => ({
  pids_stats: { current: 39, limit: 40 },
  cpu_stats: {
    cpu_usage: { total_usage: 714 },
    throttling_data: { periods: 31, throttled_periods: 10 },
  },
  memory_stats: memoryStats,
  blkio_stats: {
    io_service_bytes_recursive: [
      { op: 'Read', value: 1 },
      { op: 'Write', value: 20 },
      { op: 'write', value: 300 },
    ],
  },
  ...changes,
});

describe('a sample of what a container uses', () => {
  it('counts memory without the file cache, in both versions of control groups', () => {
    const first = containerStats(
      answer({ usage: 1000, limit: 4000, stats: { inactive_file: 5, total_inactive_file: 300 } }),
    );
    const second = containerStats(answer({ usage: 1000, limit: 4000, stats: { inactive_file: 400 } }));
    const odd = containerStats(answer({ usage: 1000, limit: 4000, stats: { inactive_file: 'much' } }));
    assert.deepEqual(
      [first, second, odd].map((stats) => stats?.memoryBytes),
      [700, 600, 1000],
    );
    assert.deepEqual(first, {
      memoryBytes: 700,
      memoryLimitBytes: 4000,
      pids: 39,
      pidsLimit: 40,
      cpuNanos: 714,
      throttledPeriods: 10,
      periods: 31,
      ioReadBytes: 1,
      ioWriteBytes: 320,
      networkReceivedBytes: 0,
      networkSentBytes: 0,
    });
  });

  it('adds up all networks, and what both versions of control groups tell of devices', () => {
    const memory = { usage: 1, limit: 2 };
    const networks = {
      eth0: { rx_bytes: 100, tx_bytes: 7, rx_packets: 1 },
      eth1: { rx_bytes: 20, tx_bytes: null },
    };
    const first = [
      { major: 8, op: 'Read', value: 10 },
      { major: 8, op: 'Write', value: 20 },
      { major: 8, op: 'Sync', value: 30 },
      { major: 8, op: 'Total', value: 30 },
      { major: 9, op: 'Read', value: 5 },
    ];
    const second = [
      { major: 8, op: 'read', value: 3 },
      { major: 8, op: 'write', value: null },
    ];
    const read = (changes: object) => {
      const stats = containerStats(answer(memory, changes));
      return (
        stats && [stats.networkReceivedBytes, stats.networkSentBytes, stats.ioReadBytes, stats.ioWriteBytes]
      );
    };
    assert.deepEqual(
      read({ networks, blkio_stats: { io_service_bytes_recursive: first } }),
      [120, 7, 15, 20],
    );
    assert.deepEqual(
      read({ networks: null, blkio_stats: { io_service_bytes_recursive: second } }),
      [0, 0, 3, 0],
    );
    assert.deepEqual(read({ blkio_stats: {} }), [0, 0, 0, 0]);
    for (const networksOdd of ['no', { eth0: 'no' }, { eth0: { rx_bytes: 'many' } }])
      assert.throws(() => read({ networks: networksOdd }), failsWith('engineFailed'));
  });

  it('knows no limit where there is none, and nothing of a container that does not run', () => {
    const memory = { usage: 1, limit: 2 };
    const most = containerStats(answer(memory, { pids_stats: { current: 1, limit: 2 ** 64 } }));
    assert.equal(most?.pidsLimit, Infinity);
    assert.equal(containerStats(answer(memory, { pids_stats: {}, blkio_stats: null }))?.pidsLimit, Infinity);
    assert.equal(containerStats(answer({})), undefined);
    assert.throws(() => containerStats({ memory_stats: 'no' }), failsWith('engineFailed'));
  });
});

describe('the processes of a container', () => {
  it('are read whatever columns the engine prints', () => {
    const list = processList({
      Titles: ['UID', 'PID', 'CMD'],
      Processes: [
        ['root', '1', 'sleep 1'],
        ['1000', '2', 'sh'],
      ],
    });
    assert.deepEqual(list, [
      { uid: 0, command: 'sleep 1' },
      { uid: 1000, command: 'sh' },
    ]);
    assert.throws(() => processList({ Titles: ['PID'], Processes: [] }), failsWith('engineFailed'));
    assert.throws(() => processList(null), failsWith('engineFailed'));
  });
});
