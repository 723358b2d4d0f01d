import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { diskOf } from '../../../src/isolation/folderDisk.ts';
import type { ContainerEngine } from '../../../src/workspaces/containerEngine.ts';
import { resourceSample, type ResourceSample } from '../../../src/workspaces/resources/resourceSample.ts';
import { StatsSamples, type TakenStats } from '../../../src/workspaces/resources/statsSamples.ts';
import { shell, testEngine, testNetwork, type TestEngine } from '../../support/engine.ts';
import { temporaryFolder } from '../../support/workspacesOnEngine.ts';

const mib = 1024 * 1024;

describe('what a container of a real engine uses', function () {
  this.timeout(60_000);
  let test: TestEngine;
  let engine: ContainerEngine;
  let samples: StatsSamples;
  let folder: string;
  let containerId: string;

  before(async () => {
    test = await testEngine();
    ({ engine } = test);
    samples = new StatsSamples(test.connection);
    folder = await temporaryFolder();
    const workspaceId = test.newWorkspaceId();
    const network = await engine.createNetwork(testNetwork(workspaceId, false));
    // With control groups of old, Linux 6.10 and later count for a disk once its speed was limited for anybody.
    const disk = await diskOf((await fs.stat(folder, { bigint: true })).dev, fs);
    const mounts = [{ source: folder, target: '/workspace', readOnly: false }];
    containerId = await test.startContainer(
      {
        ...{ workspaceId, network: 'own', mounts },
        disk: { readMiBps: 0, writeMiBps: 100_000, devices: disk === undefined ? [] : [disk] },
      },
      network,
    );
  });
  after(async () => {
    samples.dispose();
    await test.dispose();
    await fs.rm(dirname(folder), { recursive: true });
  });

  const take = async (): Promise<TakenStats | undefined> => {
    let taken: TakenStats | undefined;
    const listening = samples.onDidTake((one) => (taken = one));
    await samples.take('w', containerId);
    listening.dispose();
    return taken;
  };
  /** What was used while something happened, and how long that was. */
  const during = async (
    happen: () => Promise<unknown>,
  ): Promise<ResourceSample & { readonly seconds: number }> => {
    const before = await take();
    await happen();
    const after = await take();
    assert.ok(before && after);
    const sample = resourceSample(before, after) ?? assert.fail('no rate is told');
    return { ...sample, seconds: (after.clockMs - before.clockMs) / 1000 };
  };
  it('is the processor time that a busy loop gets, a core where the machine has one free', async () => {
    const idle = await during(() => delay(500));
    assert.ok(idle.cpuCores < 0.2, `${idle.cpuCores} cores while nothing ran`);
    let told = '';
    const used = await during(async () => {
      told = (await shell(engine, containerId, 'timeout 1 sh -c "while :; do :; done"; times')).stdout;
    });
    // The times of the shell and of what it started, by themselves and in the kernel: 0m1.23s.
    const times = [...told.matchAll(/(\d+)m([\d.]+)s/g)];
    const gotSeconds = times.reduce((sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest), 0);
    assert.ok(gotSeconds > 0.02, told);
    const cores = gotSeconds / used.seconds;
    assert.ok(Math.abs(used.cpuCores - cores) < 0.1 + cores / 4, `${used.cpuCores} cores of ${cores}`);
  });

  it('is the memory that was taken', async () => {
    const before = await take();
    await shell(engine, containerId, 'head -c 12m /dev/zero >/dev/shm/taken');
    const after = await take();
    const grownMiB = ((after?.stats.memoryBytes ?? 0) - (before?.stats.memoryBytes ?? 0)) / mib;
    assert.ok(grownMiB > 11 && grownMiB < 20, `${grownMiB} MiB`);
  });

  it('is not the file cache, which the kernel gives back', async () => {
    const before = await take();
    await shell(engine, containerId, 'head -c 30m /dev/zero >/workspace/a; cat /workspace/a >/dev/null');
    const after = await take();
    const grownMiB = ((after?.stats.memoryBytes ?? 0) - (before?.stats.memoryBytes ?? 0)) / mib;
    assert.ok(grownMiB < 10, `${grownMiB} MiB`);
  });

  it('is what was written to a disk', async function () {
    let exitCode = 0;
    const written = await during(async () => {
      const line = 'dd if=/dev/zero of=/workspace/b bs=1M count=8 oflag=direct && sleep 0.5';
      ({ exitCode } = await shell(engine, containerId, line));
    });
    // Refused where the folder is in memory: then there is no disk to write to.
    if (exitCode !== 0) this.skip();
    assert.ok(written.writtenBytesPerSecond > mib, `${written.writtenBytesPerSecond} bytes a second`);
  });

  it('is what came and went by its network', async () => {
    // Nothing listens there: each try goes out and comes back as a refusal.
    const knock =
      'gateway=$(ip route | sed -n "s/default via \\([^ ]*\\).*/\\1/p"); for i in $(seq 100); do nc -w 1 $gateway 1; done; sleep 0.5';
    const sent = await during(() => shell(engine, containerId, knock));
    for (const bytes of [sent.receivedBytesPerSecond, sent.sentBytesPerSecond])
      assert.ok(bytes > 500, `${bytes} bytes a second`);
  });

  it('is nothing where it does not run', async () => {
    await engine.stopContainer(containerId);
    assert.equal(await take(), undefined);
    await engine.removeContainer(containerId);
    assert.equal(await take(), undefined);
  });
});
